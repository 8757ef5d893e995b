namespace DeepLearning.Tests.AutogradTests;

/// <summary>What a leaf, its gradient and the modes of recording allow.</summary>
public sealed class LeafRuleTests
{
    [Fact]
    public void A_gradient_that_is_set_has_the_shape_and_type_of_its_tensor()
    {
        Tensor x = Leaf();
        Assert.Throws<ShapeException>(() => x.Grad = Tensor.Ones([3], DType.Float64));
        Assert.Throws<DTypeException>(() => x.Grad = Tensor.Ones([2], DType.Float32));
        Assert.Null(x.Grad);
        Tensor mine = Tensor.From([5.0, 6]);
        x.Grad = mine;
        Assert.Same(mine, x.Grad);
        x.Grad = null;
        Assert.Null(x.Grad);
    }

    [Fact]
    public void A_gradient_that_somebody_holds_outlives_its_clearing()
    {
        Tensor x = Leaf();
        (x * 3).Sum().Backward();
        Tensor held = x.Grad!;
        x.ZeroGrad();
        for (int i = 0; i < 4; i++)
        {
            (x * 7).Sum().Backward();
            x.ZeroGrad();
        }

        Assert.Equal([3.0, 3], held.ToArray<double>());

        // One that was set is the caller's as well.
        Tensor mine = Tensor.From([5.0, 6]);
        x.Grad = mine;
        x.ZeroGrad();
        (x * 7).Sum().Backward();
        Assert.Equal([5.0, 6], mine.ToArray<double>());
    }

    [Fact]
    public void Passes_add_to_a_gradient_that_is_an_expanded_view_without_writing_to_it()
    {
        Tensor x = Leaf(), one = Tensor.Ones([1], DType.Float64), expanded = one.Expand(2);
        x.Grad = expanded;
        (x * 2).Sum().Backward();
        Assert.Equal([3.0, 3], x.Grad!.ToArray<double>());
        Assert.Equal(1.0, one.Item<double>());
    }

    [Fact]
    public void Only_floating_leaves_require_gradients_and_computed_values_do_not_stop()
    {
        Tensor whole = Tensor.From([1, 2]);
        Assert.Throws<DTypeException>(() => whole.RequiresGrad = true);
        whole.RequiresGrad = false;
        Tensor x = Leaf(), y = x * 2;
        Assert.Throws<AutogradException>(() => y.RequiresGrad = false);
        y.RequiresGrad = true;
        Assert.False(y.IsLeaf);
        x.RequiresGrad = false;
        Assert.False(x.RequiresGrad);
        Assert.False((x * 2).RequiresGrad);
    }

    [Fact]
    public void What_inference_made_cannot_require_a_gradient_but_its_copy_can()
    {
        Tensor made;
        using (GradMode.Inference())
        {
            made = Tensor.Ones(2) * 2;
        }

        made.RequiresGrad = false;
        Assert.Throws<AutogradException>(() => made.RequiresGrad = true);
        Tensor copy = made.Clone();
        copy.RequiresGrad = true;
        Assert.True(copy.RequiresGrad);
    }

    [Fact]
    public void Hooks_stand_on_what_requires_a_gradient_and_run_in_turn_until_removed()
    {
        Tensor x = Leaf();
        Assert.Throws<AutogradException>(() => Tensor.Ones(2).RegisterHook(static g => g));
        List<double> seen = [];
        IDisposable first = x.RegisterHook(g =>
        {
            seen.Add(g[0].Item<double>());
            return g * 10;
        });
        IDisposable second = x.RegisterHook(g =>
        {
            seen.Add(g[0].Item<double>());
            return null;
        });
        x.Sum().Backward();
        Assert.Equal([1.0, 10], seen);
        Assert.Equal([10.0, 10], x.Grad!.ToArray<double>());
        first.Dispose();
        x.Sum().Backward();
        Assert.Equal([1.0, 10, 1], seen);
        Assert.Equal([11.0, 11], x.Grad!.ToArray<double>());
        second.Dispose();
        x.Sum().Backward();
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void A_gradient_that_a_hook_kept_stays_what_it_was()
    {
        Tensor x = Tensor.Ones([4], DType.Float64), three = Tensor.Full([4], 3.0, DType.Float64);
        x.RequiresGrad = true;
        Tensor? kept = null;
        x.RegisterHook(gradient =>
        {
            kept ??= gradient;
            return null;
        });
        for (int pass = 0; pass < 2; pass++)
        {
            (x * three).Sum().Backward();
        }

        Assert.All(kept!.ToArray<double>(), static g => Assert.Equal(3, g));
        x.ZeroGrad();
        for (int i = 0; i < 50; i++)
        {
            Tensor.Full([4], -77.0, DType.Float64).AddInPlace(1);
        }

        Assert.All(kept!.ToArray<double>(), static g => Assert.Equal(3, g));
    }

    [Fact]
    public void A_computed_value_that_keeps_its_gradient_adds_up_over_passes()
    {
        Tensor x = Leaf(), y = (x * 2).RetainGrad();
        Tensor z = (y * y).Sum();
        z.Backward(retainGraph: true);
        double[] once = y.Grad!.ToArray<double>();
        z.Backward();
        Assert.Equal(once.Select(static g => 2 * g), y.Grad!.ToArray<double>());
        Assert.Same(x, x.RetainGrad());
    }

    [Fact]
    public void Modes_of_recording_nest_and_end_where_they_began()
    {
        Assert.True(GradMode.Enabled);
        using (GradMode.Inference())
        {
            Assert.False(GradMode.Enabled);
            Assert.True(GradMode.InferenceEnabled);
            using (GradMode.NoGrad())
            {
                Assert.True(GradMode.InferenceEnabled);
            }

            using (GradMode.Set(false))
            {
                Assert.True(GradMode.InferenceEnabled);
                Assert.False(GradMode.Enabled);
            }

            using (GradMode.Set(true))
            {
                Assert.False(GradMode.InferenceEnabled);
                Assert.True(GradMode.Enabled);
            }

            using (GradMode.EnableGrad())
            {
                Assert.False(GradMode.InferenceEnabled);
                Assert.True(GradMode.Enabled);
            }

            Assert.True(GradMode.InferenceEnabled);
            Assert.False(GradMode.Enabled);
        }

        using (GradMode.NoGrad())
        {
            Assert.False(GradMode.InferenceEnabled);
            Assert.False(GradMode.Enabled);
        }

        Assert.True(GradMode.Enabled);
        Assert.False(GradMode.InferenceEnabled);
    }

    private static Tensor Leaf()
    {
        Tensor x = Tensor.From([0.5, -1.5]);
        x.RequiresGrad = true;
        return x;
    }
}
