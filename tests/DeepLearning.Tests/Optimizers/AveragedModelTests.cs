using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>The means themselves are compared with PyTorch's in Golden.</summary>
public sealed class AveragedModelTests
{
    [Fact]
    public void The_dictionary_has_PyTorchs_keys_and_goes_on_exactly()
    {
        Sequential model = Net();
        AveragedModel<Sequential> mean = new(model, Net(), AveragedModel.Exponential(0.5));
        Assert.Equal(["n_averaged", .. model.StateDict().Keys.Select(static key => "module." + key)], mean.StateDict().Keys);
        Change(model, mean, 3);
        Sequential other = Net();
        AveragedModel<Sequential> resumed = new(model, other, AveragedModel.Exponential(0.5));
        resumed.LoadStateDict(mean.StateDict());
        Assert.Equal(3, resumed.Count);
        Change(model, mean, 0);
        mean.Update(model);
        resumed.Update(model);
        Assert.Equal(mean.Module.Parameters()[0].ToArray<float>(), other.Parameters()[0].ToArray<float>());
    }

    [Fact]
    public void The_copy_begins_with_the_models_values_and_shares_nothing_with_it()
    {
        Sequential model = Net(), copy = Net();
        AveragedModel<Sequential> mean = new(model, copy);
        Assert.Equal(model.Parameters()[0].ToArray<float>(), mean.Module.Parameters()[0].ToArray<float>());
        model.Parameters()[0].Detach().FillInPlace(9);
        Assert.NotEqual(9, copy.Parameters()[0].ToArray<float>()[0]);
        Assert.Throws<ArgumentException>(() => new AveragedModel<Sequential>(model, model));
        Assert.Throws<StateDictException>(() => new AveragedModel<Sequential>(model, new Sequential(new Linear(3, 2))));
        Assert.Throws<ArgumentException>(() => mean.Update(new Linear(3, 2)));
        Assert.Equal(0, mean.Count);
    }

    [Fact]
    public void A_copy_of_16_bits_is_refused_and_one_of_float32_averages_a_16_bit_model()
    {
        Sequential model = Net().To(DType.BFloat16);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new AveragedModel<Sequential>(model, Net().To(DType.BFloat16)));
        Assert.Contains("copy.To(DType.Float32)", error.Message, StringComparison.Ordinal);
        AveragedModel<Sequential> mean = new(model, Net(), AveragedModel.Exponential(0.999));
        model.Parameters()[0].Detach().FillInPlace(1);
        mean.Update(model);
        model.Parameters()[0].Detach().FillInPlace(2);
        mean.Update(model);
        Assert.Equal(1.001f, mean.Module.Parameters()[0].ToArray<float>()[0], 1e-6f);
    }

    [Fact]
    public void Any_function_can_be_the_mean()
    {
        Sequential model = Net();
        List<long> counts = [];
        AveragedModel<Sequential> mean = new(model, Net(), (average, current, count) =>
        {
            counts.Add(count);
            return average.Maximum(current);
        });
        foreach (double value in (double[])[3, 5, 4])
        {
            model.Parameters()[0].Detach().FillInPlace(value);
            mean.Update(model);
        }

        Assert.Equal(5, mean.Module.Parameters()[0].ToArray<float>()[0]);
        Assert.Equal([1L, 2], counts.Distinct());
        mean.Restart();
        mean.Update(model);
        Assert.Equal((4f, 1L), (mean.Module.Parameters()[0].ToArray<float>()[0], mean.Count));
    }

    [Fact]
    public void Batch_normalization_is_left_as_it_was_but_for_its_figures()
    {
        Sequential model = Net();
        model.Eval();
        BatchNorm norm = model.Modules().OfType<BatchNorm>().Single();
        Assert.Throws<InvalidOperationException>(() => AveragedModel.UpdateBatchNorm(
            model, new[] { Tensor.Ones(4, 3) }, static _ => throw new InvalidOperationException()));
        Assert.Equal((0.1, false, false), (norm.Momentum, model.Training, norm.Training));
        AveragedModel.UpdateBatchNorm(model, new[] { Tensor.Ones(4, 3), Tensor.Zeros(4, 3) }, x => model.Forward(x));
        Assert.Equal((0.1, false, 2L), (norm.Momentum, norm.Training, norm.NumBatchesTracked!.Item<long>()));
        Linear plain = new(2, 2);
        AveragedModel.UpdateBatchNorm(plain, new[] { Tensor.Ones(4, 2) }, static _ => throw new InvalidOperationException());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_decay_is_from_0_to_1(double decay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AveragedModel.Exponential(decay));

    private static void Change(Sequential model, AveragedModel mean, int times)
    {
        for (int i = 0; i < times; i++)
        {
            model.Parameters()[0].Detach().MultiplyInPlace(1.5).AddInPlace(0.25);
            model.Forward(Tensor.Randn(5, 3));
            mean.Update(model);
        }
    }

    private static Sequential Net() => new(new Linear(3, 2), new BatchNorm1d(2));
}
