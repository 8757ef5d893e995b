using DeepLearning.Serialization;
using FsCheck;
using FsCheck.Fluent;

namespace DeepLearning.Tests.Properties;

/// <summary>Whatever is saved comes back: names, order, types, shapes, bits, metadata.</summary>
public class SafetensorsTests
{
    private static readonly Gen<string> s_text =
        from letters in Gen.OneOf(
            Gen.Choose(32, 126), Gen.Choose(0, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF)).ListOf()
        select string.Concat(letters.Select(char.ConvertFromUtf32));

    private static readonly Gen<Tensor> s_tensor =
        from dtype in Gen.Elements(Enum.GetValues<DType>())
        from rank in Gen.Choose(0, 4)
        from shape in Gen.Choose(0, 4).ArrayOf(rank)
        from turned in Gen.Elements(true, false)
        from seed in Gen.Choose(0, int.MaxValue)
        select Make(dtype, shape, turned, seed);

    private static readonly Gen<Dictionary<string, Tensor>> s_state =
        from names in s_text.ListOf()
        from tensors in s_tensor.ArrayOf(names.Count)
        select names.Zip(tensors).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);

    private static readonly Gen<Dictionary<string, string>> s_metadata =
        from keys in s_text.ListOf()
        from values in s_text.ArrayOf(keys.Count)
        select keys.Zip(values).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);

    [Fact]
    public void A_dictionary_comes_back_as_it_was_saved() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(s_state.ToArbitrary(), s_metadata.ToArbitrary(), static (state, metadata) =>
        {
            byte[] bytes = Safetensors.ToBytes(state, metadata);
            using SafetensorsFile file = Safetensors.Open(new MemoryStream(bytes));
            Assert.Equal(metadata, file.Metadata);
            OrderedDictionary<string, Tensor> loaded = file.ReadAll();
            Assert.Equal(state.Keys, loaded.Keys);
            foreach ((string name, Tensor tensor) in state)
            {
                Assert.Equal((tensor.DType, tensor.Shape), (loaded[name].DType, loaded[name].Shape));
                Assert.Equal(tensor.ToArray<double>(), loaded[name].ToArray<double>());
            }

            // The order is the dictionary's, so the same dictionary gives the same bytes again.
            Assert.Equal(bytes, Safetensors.ToBytes(loaded, file.Metadata));
        }));

    private static Tensor Make(DType dtype, int[] shape, bool turned, int seed)
    {
        Tensor x = Tensor.RandInt(0, dtype == DType.Bool ? 2 : 200, shape, generator: new Generator((ulong)seed)).To(dtype);
        return turned && shape.Length > 1 ? x.Transpose(0, -1) : x;
    }
}
