using System.Security.Cryptography;
using System.Text;
using DeepLearning.Layers;
using DeepLearning.Tests.Backends.Reference;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Simd")]
public sealed class FingerprintTests
{
    [Fact]
    public void It_is_the_start_of_a_hash_of_names_types_shapes_and_bytes()
    {
        Sequential model = new(new Linear(2, 1));
        ((Linear)model[0]).Weight.Detach().CopyFrom(Tensor.From(new float[,] { { 1, -0.0f } }));
        ((Linear)model[0]).Bias!.Detach().CopyFrom(Tensor.From([float.NaN]));
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, Encoding.UTF8, leaveOpen: true))
        {
            Text("0.bias");
            Text("float32");
            writer.Write(1);
            writer.Write(1);
            writer.Write(float.NaN);
            Text("0.weight");
            Text("float32");
            writer.Write(2);
            writer.Write(1);
            writer.Write(2);
            writer.Write(1f);
            writer.Write(-0.0f);

            void Text(string text)
            {
                writer.Write(text.Length);
                writer.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..16], model.Fingerprint());
    }

    [Fact]
    public void It_stays_through_saving_copying_and_training_mode_and_reads_what_is_not_contiguous()
    {
        using TemporaryFolder folder = new();
        Sequential model = Network(1);
        string fingerprint = model.Fingerprint();
        model.Save(folder["model.safetensors"]);
        Sequential loaded = Network(2);
        Assert.NotEqual(fingerprint, loaded.Fingerprint());
        loaded.Load(folder["model.safetensors"]);
        Assert.Equal(fingerprint, loaded.Fingerprint());
        Assert.Equal(fingerprint, model.DeepCopy().Fingerprint());
        loaded.Eval();
        Assert.Equal(fingerprint, loaded.Fingerprint());
        loaded.To(ReferenceDevice.Instance);
        Assert.Equal(fingerprint, loaded.Fingerprint());

        Linear turned = new(3, 2);
        Linear straight = new(3, 2);
        straight.LoadStateDict(turned.StateDict());
        turned.Weight = new Parameter(turned.Weight.Detach().Transpose(0, 1).Contiguous().Transpose(0, 1));
        Assert.False(turned.Weight.IsContiguous);
        Assert.Equal(straight.Fingerprint(), turned.Fingerprint());
    }

    [Fact]
    public void It_changes_with_a_bit_a_buffer_a_name_a_shape_and_a_type()
    {
        Sequential model = Network(1);
        string[] all =
        [
            model.Fingerprint(),
            Changed(m => ((Linear)m[0]).Bias!.Narrow(0, 3, 1).CopyFrom(
                Tensor.From([MathF.BitIncrement(((Linear)m[0]).Bias![3].Item<float>())]))),
            Changed(m => ((BatchNorm1d)m[1]).RunningMean!.FillInPlace(1)),
            new Sequential { { "first", model[0] }, { "1", model[1] } }.Fingerprint(),
            Changed(m => m.To(DType.Float64)),
            new Linear(1, 4, bias: false).Fingerprint(),
            new Sequential().Fingerprint(),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, static one => Assert.Matches("^[0-9a-f]{16}$", one));
        Assert.NotEqual(Filled(2, 3), Filled(3, 2));

        string Changed(Action<Sequential> change)
        {
            Sequential copy = (Sequential)model.DeepCopy();
            using (GradMode.NoGrad())
            {
                change(copy);
            }

            return copy.Fingerprint();
        }

        static string Filled(int inputs, int outputs)
        {
            Linear layer = new(inputs, outputs, bias: false);
            layer.Weight.Detach().FillInPlace(0.5);
            return layer.Fingerprint();
        }
    }

    private static Sequential Network(ulong seed) =>
        new(new Linear(3, 4, generator: new Generator(seed)), new BatchNorm1d(4));
}
