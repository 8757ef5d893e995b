using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.AutogradTests;

[Trait("Rerun", "Culture")]
public class BackwardTests
{
    [Fact]
    public void A_value_used_twice_gets_the_sum_of_both_gradients()
    {
        Tensor x = Leaf(3.0);
        (x * x * x).Backward();
        Assert.Equal(27.0, x.Grad!.Item<double>());
    }

    [Fact]
    public void Backward_passes_add_up_until_the_gradient_is_cleared()
    {
        Tensor x = Leaf(2.0);
        (x * 3).Backward();
        (x * 4).Backward();
        Assert.Equal(7.0, x.Grad!.Item<double>());
        x.ZeroGrad();
        Assert.Null(x.Grad);
        (x * 5).Backward();
        Assert.Equal(5.0, x.Grad!.Item<double>());
    }

    [Fact]
    public void A_broadcast_operand_gets_the_sum_over_the_axes_it_was_stretched_along()
    {
        Tensor x = Leaf(1.0, 2.0, 3.0), y = Tensor.Ones([4, 3], DType.Float64);
        (x * y).Sum().Backward();
        Assert.Equal([4.0, 4.0, 4.0], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_graph_of_a_hundred_thousand_nodes_does_not_overflow_the_stack()
    {
        Tensor x = Leaf(1.0), y = x;
        for (int i = 0; i < 100_000; i++)
        {
            y += 1.0;
        }

        y.Backward();
        Assert.Equal(1.0, x.Grad!.Item<double>());
    }

    [Fact]
    public void A_second_pass_needs_the_graph_retained()
    {
        Tensor x = Leaf(2.0), y = x.Exp();
        y.Backward(retainGraph: true);
        y.Backward();
        Assert.Equal(2 * Math.Exp(2), x.Grad!.Item<double>(), 12);
        Assert.Contains("retainGraph", Assert.Throws<AutogradException>(() => y.Backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_of_gradients_of_gradients_are_right()
    {
        Tensor x = Leaf(0.7);
        Tensor first = Autograd.Grad(x.Sin(), x, createGraph: true);
        Tensor second = Autograd.Grad(first, x, createGraph: true);
        Tensor third = Autograd.Grad(second, x);
        Assert.Equal(Math.Cos(0.7), first.Item<double>(), 12);
        Assert.Equal(-Math.Sin(0.7), second.Item<double>(), 12);
        Assert.Equal(-Math.Cos(0.7), third.Item<double>(), 12);
    }

    [Fact]
    public void Grad_leaves_the_leaves_alone_and_gives_zeros_where_there_is_no_path()
    {
        Tensor x = Leaf(2.0), unused = Leaf(1.0, 1.0);
        Tensor[] gradients = Autograd.Grad(x * x, [x, unused]);
        Assert.Equal(4.0, gradients[0].Item<double>());
        Assert.Equal([0.0, 0.0], gradients[1].ToArray<double>());
        Assert.Null(x.Grad);
    }

    [Fact]
    public void The_gradient_of_a_computed_value_can_be_asked_for()
    {
        Tensor x = Leaf(3.0), y = x * x, z = y * y;
        Assert.Equal(18.0, Autograd.Grad(z, y).Item<double>());
    }

    [Fact]
    public void A_computed_value_keeps_its_gradient_when_asked()
    {
        Tensor x = Leaf(3.0), y = (x * x).RetainGrad();
        (y * 5).Backward();
        Assert.Equal(5.0, y.Grad!.Item<double>());
        Assert.Equal(30.0, x.Grad!.Item<double>());
    }

    [Fact]
    public void Hooks_see_and_may_replace_gradients_and_can_be_removed()
    {
        Tensor x = Leaf(3.0), y = x * x;
        double seen = 0;
        using (y.RegisterHook(g => { seen = g.Item<double>(); return g * 10; }))
        {
            y.Backward(retainGraph: true);
        }

        Assert.Equal(1.0, seen);
        Assert.Equal(60.0, x.Grad!.Item<double>());
        x.ZeroGrad();
        y.Backward();
        Assert.Equal(6.0, x.Grad!.Item<double>());
        x.ZeroGrad();
        using IDisposable hook = x.RegisterHook(static g => g * 2);
        (x * 1).Backward();
        Assert.Equal(2.0, x.Grad!.Item<double>());
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients()
    {
        Tensor x = Leaf(3.0);
        using (GradMode.NoGrad())
        {
            Assert.False((x * x).RequiresGrad);
            using (GradMode.EnableGrad())
            {
                Assert.True((x * x).RequiresGrad);
            }
        }

        Assert.True((x * x).RequiresGrad);
        Assert.False((x * x).Detach().RequiresGrad);
    }

    [Fact]
    public void A_tensor_made_in_inference_mode_cannot_be_recorded()
    {
        Tensor x = Leaf(3.0), made;
        using (GradMode.Inference())
        {
            made = x * x;
        }

        Assert.Throws<AutogradException>(() => made * x);
    }

    [Fact]
    public void A_saved_value_changed_in_place_is_named()
    {
        Tensor x = Leaf(3.0), y = x * 2, z = y * y;
        y.AddInPlace(1.0);
        AutogradException error = Assert.Throws<AutogradException>(() => z.Backward());
        Assert.Contains("Multiply", error.Message, StringComparison.Ordinal);
        Assert.Contains("in place", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_place_operations_on_computed_values_are_recorded()
    {
        Tensor x = Leaf(3.0), y = x * 2;
        y.ExpInPlace();
        y.Backward();
        Assert.Equal(2 * Math.Exp(6), x.Grad!.Item<double>(), 9);
    }

    [Fact]
    public void A_leaf_that_requires_its_gradient_cannot_be_changed_in_place_while_recording()
    {
        Tensor x = Leaf(3.0);
        Assert.Throws<AutogradException>(() => x.AddInPlace(1.0));
        using (GradMode.NoGrad())
        {
            x.AddInPlace(1.0);
        }

        Assert.Equal(4.0, x.Item<double>());
    }

    [Fact]
    public void Backward_needs_one_number_or_a_gradient()
    {
        Tensor x = Leaf(1.0, 2.0);
        Assert.Throws<AutogradException>(() => (x * 2).Backward());
        (x * 2).Backward(Tensor.From([1.0, 10.0]));
        Assert.Equal([2.0, 20.0], x.Grad!.ToArray<double>());
        Assert.Throws<AutogradException>(() => Tensor.Ones(1).Backward());
    }

    [Fact]
    public void A_custom_function_has_the_derivative_it_is_given()
    {
        Tensor x = Leaf(2.0);
        new Cube().Apply(x).Backward();
        Assert.Equal(12.0, x.Grad!.Item<double>());
        Tensor g = Autograd.Grad(new Cube().Apply(x), x, createGraph: true);
        Assert.Equal(12.0, Autograd.Grad(g, x).Item<double>());
    }

    [Fact]
    public void A_wrong_derivative_is_found()
    {
        Tensor x = Leaf(2.0, 0.3);
        GradCheck.First(static ins => new Cube().Apply(ins[0]), [x]);
        GradCheckException error = Assert.Throws<GradCheckException>(
            () => GradCheck.First(static ins => new WrongCube().Apply(ins[0]), [x]));
        Assert.Contains("element 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anomaly_detection_names_the_operation_that_made_the_first_nan()
    {
        Tensor x = Leaf(-1.0);
        using (Autograd.DetectAnomaly())
        {
            Assert.Equal("Log", Assert.Throws<AnomalyException>(() => (x * 2).Log() + 1.0).Operation);
        }

        Tensor zero = Leaf(0.0);
        using (Autograd.DetectAnomaly())
        {
            Tensor y = zero.Sqrt() * 0.0;
            Assert.Equal("Sqrt", Assert.Throws<AnomalyException>(() => y.Backward()).Operation);
        }
    }

    [Fact]
    public void Two_threads_differentiate_their_own_graphs_of_shared_parameters()
    {
        Tensor w = Leaf(2.0);
        Parallel.For(0, 64, i => (w * (double)i).Backward());
        Assert.Equal(64 * 63 / 2, w.Grad!.Item<double>());
    }

    [Fact]
    public void A_recorded_derivative_that_chooses_between_constants_keeps_their_precision()
    {
        Tensor x = Leaf(-1.0, 2.0);
        Assert.Equal([0.1, 0.3], Autograd.Grad(x.Map(default(Kink)).Sum(), x, createGraph: true).ToArray<double>());
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = values.Length == 1 ? Tensor.FromScalar(values[0], DType.Float64) : Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    [Fact]
    public void A_node_may_give_one_tensor_to_several_inputs()
    {
        Tensor x = Tensor.From([1.0, 2]), y = Tensor.From([3.0, 4]);
        x.RequiresGrad = y.RequiresGrad = true;
        Tensor a = x * 2, sum = a.Detach() + y.Detach();
        new TwiceNode().Attach(sum, a, y);
        Tensor later = sum * 1;
        (later + (a * 5)).Sum().Backward();
        Assert.Equal([16, 16], x.Grad!.ToArray<double>());
        Assert.Equal([3, 3], y.Grad!.ToArray<double>());
        y.Grad!.ZeroInPlace();
        Assert.Equal([16, 16], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_gradient_of_a_recorded_pass_is_added_to_by_a_later_one()
    {
        Tensor x = Tensor.Ones(3);
        x.RequiresGrad = true;
        x.Sum().Backward(createGraph: true);
        x.Sum().Backward();
        Assert.Equal([2, 2, 2], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void What_a_hook_of_a_leaf_returns_takes_its_shape_and_type_or_is_refused()
    {
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        Tensor? kept = null;
        using (x.RegisterHook(g => kept = g.To(DType.Float64).Unsqueeze(0).Expand(3, 2) * 2))
        {
            x.Sum().Backward();
        }

        Assert.Equal(DType.Float32, x.Grad!.DType);
        Assert.Equal([6, 6], x.Grad!.ToArray<float>());
        Assert.Equal([2, 2, 2, 2, 2, 2], kept!.ToArray<double>());
        using IDisposable wrong = x.RegisterHook(static _ => Tensor.Ones(3));
        Assert.Throws<ShapeException>(() => x.Sum().Backward());
    }

    [Fact]
    public void A_change_of_class_weights_before_the_backward_pass_is_found()
    {
        Tensor x = Tensor.Ones(2, 3), weight = Tensor.Ones(3);
        x.RequiresGrad = true;
        Tensor loss = Loss.CrossEntropy(x, Tensor.From([0L, 2]), weight);
        weight.FillInPlace(2);
        Assert.Throws<AutogradException>(() => loss.Backward());
    }

    [Fact]
    public void A_scope_keeps_what_a_scope_inside_it_made()
    {
        Tensor kept;
        BatchNorm1d layer;
        using (TensorScope outer = new())
        {
            using (new TensorScope())
            {
                kept = outer.Keep(Tensor.Ones(2));
            }

            layer = new BatchNorm1d(2);
        }

        Assert.Equal([1, 1], kept.ToArray<float>());
        Assert.Equal(new Shape(4, 2), layer.Forward(Tensor.Ones(4, 2)).Shape);
    }

    /// <summary>3 · dy to both inputs, as one tensor.</summary>
    private sealed class TwiceNode : Node
    {
        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = gradients[1] = gradient * 3;
    }

    private class Cube : Function
    {
        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs)
        {
            Save(inputs[0]);
            return inputs[0] * inputs[0] * inputs[0];
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = gradient * Saved(0) * Saved(0) * 3;
    }

    private sealed class WrongCube : Cube
    {
        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = gradient * Saved(0) * Saved(0) * 2;
    }

    private readonly struct Kink : IUnaryOp<Kink>
    {
        public R Forward<R>(R x)
            where R : struct, IReal<R> => R.Select(R.Less(x, 0.0), x * (R)0.1, x * (R)0.3);
    }
}
