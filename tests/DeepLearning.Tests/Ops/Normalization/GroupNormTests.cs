using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Ops.Normalization;

/// <summary>RMS, group, instance and response normalization: what the recorded cases and the sweeps do not look at.</summary>
[Trait("Rerun", "Simd")]
public class GroupNormTests
{
    [Fact]
    public void A_large_mean_takes_no_digits_of_a_small_deviation()
    {
        Tensor x = Convolution.Images.Numbers([2, 6, 40]) * 0.01, far = (x + 10000).To(DType.Float32);
        Tensor expected = far.To(DType.Float64).GroupNorm(3, eps: 1e-12), actual = far.GroupNorm(3, eps: 1e-12).To(DType.Float64);
        Assert.True(expected.AllClose(actual, 1e-5, 1e-5));
        Assert.True(far.To(DType.Float64).InstanceNorm(eps: 1e-12).AllClose(far.InstanceNorm(eps: 1e-12).To(DType.Float64), 1e-5, 1e-5));
    }

    [Fact]
    public void Groups_of_all_channels_and_of_one_are_the_norms_of_samples_and_of_instances()
    {
        Tensor x = Convolution.Images.Numbers([3, 4, 21]);
        Assert.True(x.GroupNorm(1).AllClose(x.LayerNorm([4, 21]), 1e-12, 1e-12));
        Assert.True(x.GroupNorm(4).AllClose(x.InstanceNorm(), 1e-14, 1e-14));
    }

    [Fact]
    public void Instance_norm_moves_its_figures_in_training_alone_and_only_where_it_has_some()
    {
        InstanceNorm1d plain = new(2), tracking = new(2, trackRunningStats: true);
        Assert.Empty(plain.StateDict());
        Assert.Equal(["running_mean", "running_var", "num_batches_tracked"], tracking.StateDict().Keys);
        Tensor x = Tensor.From(new float[,,] { { { 1, 3 }, { 10, 30 } } });
        tracking.Forward(x);
        Assert.Equal([0.2f, 2f], tracking.RunningMean!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1.1f, 20.9f], tracking.RunningVar!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Tensor before = tracking.RunningMean.Clone();
        tracking.Eval().Forward(x);
        Assert.True(before.Equal(tracking.RunningMean));
        Assert.True(plain.Forward(x).Equal(plain.Eval().Forward(x)));
    }

    [Fact]
    public void Figures_that_would_leave_nothing_are_refused_before_anything_changes()
    {
        InstanceNorm2d layer = new(2, trackRunningStats: true);
        Refuses(() => layer.Forward(Tensor.Ones(3, 2, 1, 1)), "one value a channel");
        Assert.Equal([0f, 0f], layer.RunningMean!.ToArray<float>());
        Refuses(() => Tensor.Ones(1, 4).GroupNorm(4), "one value a group");
        Refuses(() => Tensor.Ones(1, 4, 1).GroupNorm(4), "one value a group");
        Assert.Equal(8, Tensor.Ones(2, 4).GroupNorm(4).Count);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Refuses(() => new GroupNorm(2, 4).Forward(Tensor.Zeros(2, 6)), "GroupNorm 2 groups of 4", "[2, 6]", "[batch, 4, ..]");
        Refuses(() => Tensor.Zeros(2, 5, 3).GroupNorm(2), "5 channels", "2 groups");
        Refuses(() => Tensor.Zeros(4).GroupNorm(2), "[batch, channels, ..]");
        Refuses(() => Tensor.Zeros(2, 4).GroupNorm(2, Tensor.Ones(3)), "weight", "[4]");
        Refuses(() => Tensor.Zeros(2, 4).InstanceNorm(), "[batch, channels, length, ..]");
        Refuses(() => new InstanceNorm1d(3).Forward(Tensor.Zeros(2, 4, 5)), "InstanceNorm1d 3", "[batch, 3, length] or [3, length]");
        Refuses(() => new InstanceNorm2d(3).Forward(Tensor.Zeros(3, 4)), "[batch, 3, height, width] or [3, height, width]");
        Refuses(() => new InstanceNorm3d(3).Forward(Tensor.Zeros(2, 3, 4)), "depth");
        Refuses(() => new RMSNorm(4).Forward(Tensor.Zeros(2, 5)), "RMSNorm [4]", "[2, 5]");
        Refuses(() => Tensor.Zeros(2, 4).RmsNorm([4], Tensor.Ones(3)), "weight", "[4]");
        Refuses(() => new BatchNorm3d(3).Forward(Tensor.Zeros(2, 3, 4, 4)), "[batch, 3, depth, height, width]");
        Refuses(() => new LocalResponseNorm(3).Forward(Tensor.Zeros(2, 3)), "[batch, channels, length, ..]");
        Refuses(() => new CrossMapLRN2d(3).Forward(Tensor.Zeros(2, 3, 4)), "[batch, channels, height, width]");
        Refuses(() => Tensor.Zeros(2, 3).Normalize(axis: 2), "2");
        Refuses(() => Tensor.Zeros([2, 3], DType.Int64).Normalize(), "floating-point");
        Refuses(() => Tensor.Zeros([2, 3, 4], DType.Int64).LocalResponseNorm(3), "floating-point");
        Refuses(() => Tensor.Zeros(2, 3, 4).InstanceNorm(useInputStats: false), "running mean");
        Refuses(() => new GroupNorm(3, 4), "4 channels", "3 groups");
        Refuses(() => new GroupNorm(0, 4), "numGroups");
        Refuses(() => new LocalResponseNorm(0), "size");
    }

    [Fact]
    public void The_layers_print_their_options()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            Assert.Equal("RMSNorm([4], eps=0.01, no affine)", new RMSNorm(4, 0.01, affine: false).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal("RMSNorm([2, 4])", new RMSNorm([2, 4]).ToString());
        Assert.Equal("GroupNorm(2 groups of 4, eps=1E-05)", new GroupNorm(2, 4).ToString());
        Assert.Equal("InstanceNorm2d(3, eps=1E-05, momentum=0.1)", new InstanceNorm2d(3).ToString());
        Assert.Equal("LayerNorm([4], eps=1E-05, no bias)", new LayerNorm(4, bias: false).ToString());
        Assert.Equal("LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=1)", new LocalResponseNorm(5).ToString());
        Assert.Equal("CrossMapLRN2d(5, alpha=0.0001, beta=0.75, k=1)", new CrossMapLRN2d(5).ToString());
    }

    [Fact]
    public void Sixteen_bits_are_a_way_to_store_alone()
    {
        Tensor x = Convolution.Images.Numbers([3, 4, 30]), half = x.To(DType.Float16);
        foreach (Func<Tensor, Tensor> f in (Func<Tensor, Tensor>[])
            [static t => t.GroupNorm(2), static t => t.InstanceNorm(), static t => t.RmsNorm([30], eps: 1e-3), static t => t.Normalize(),
            static t => t.LocalResponseNorm(3, 2)])
        {
            Assert.True(f(half).Equal(f(half.To(DType.Float32)).To(DType.Float16)));
        }
    }

    private static void Refuses(Func<object> call, params string[] words)
    {
        Exception error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }
}
