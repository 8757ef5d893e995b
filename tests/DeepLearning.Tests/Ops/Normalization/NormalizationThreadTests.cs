using DeepLearning.Layers;
using DeepLearning.Tests.Backends.Cpu;
using Dense = DeepLearning.Layers.Linear;

namespace DeepLearning.Tests.Ops.Normalization;

/// <summary>Normalizations and parametrized layers: the same bits on any number of threads, and in evaluation from any.</summary>
[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class NormalizationThreadTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Values_and_gradients_have_the_same_bits_on_any_number_of_threads(int threads) => Assert.Equal(With(1), With(threads));

    [Fact]
    public void A_parametrized_model_in_evaluation_serves_many_threads()
    {
        Sequential model = new(new Dense(6, 8).WeightNorm(), new Tanh(), new Dense(8, 8).SpectralNorm(), new Dense(8, 8).Orthogonal());
        model.Eval();
        Tensor x = Tensor.Randn(4, 6);
        float[] expected = model.Forward(x).ToArray<float>();
        Exception?[] errors = new Exception?[8];
        Thread[] all = [.. Enumerable.Range(0, errors.Length).Select(i => new Thread(() => errors[i] = Record.Exception(() =>
        {
            using GradMode.Region region = GradMode.NoGrad();
            for (int repeat = 0; repeat < 50; repeat++)
            {
                Assert.Equal(expected, model.Forward(x).ToArray<float>());
            }
        })))];
        Array.ForEach(all, static thread => thread.Start());
        Array.ForEach(all, static thread => thread.Join());
        Assert.All(errors, static error => Assert.Null(error));
    }

    private static float[] With(int threads)
    {
        using ThreadSetting setting = new(threads);
        List<Tensor> results = [];
        Run(static t => t[0].RmsNorm([300], t[1], 1e-3), [700, 300], [300]);
        Run(static t => t[0].GroupNorm(4, t[1], t[2]), [9, 8, 40, 33], [8], [8]);
        Run(static t => t[0].GroupNorm(4, t[1], t[2]), [900, 16, 5], [16], [16]);
        Run(static t => t[0].InstanceNorm(null, null, t[1], t[2]), [16, 24, 200], [24], [24]);
        Run(static t => t[0].LocalResponseNorm(5, 0.3), [8, 12, 20, 20]);
        return [.. results.SelectMany(static r => r.ToArray<float>())];

        void Run(Func<Tensor[], Tensor> function, params int[][] shapes)
        {
            Tensor[] operands = [.. shapes.Select(static (s, i) => Convolution.Images.Numbers(s, i + 1, DType.Float32, grad: true))];
            Tensor y = function(operands);
            results.Add(y.Detach());
            results.AddRange(Autograd.Grad(y, operands, Convolution.Images.Numbers([.. y.Shape], 9, DType.Float32)));
        }
    }
}
