namespace DeepLearning.Tests.AutogradTests;

/// <summary>The check of derivatives overlooks no element, no input and no term, and leaves what it moved as it was.</summary>
public sealed class GradCheckSharpnessTests
{
    private const int Count = 6;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_wrong_element_is_found_wherever_it_is(bool second)
    {
        for (int element = 0; element < Count; element++)
        {
            double[] factors = [.. Enumerable.Repeat(1.0, Count)];
            factors[element] = 1.001;
            Tensor wrong = Tensor.From(factors);
            GradCheckException error = Assert.Throws<GradCheckException>(
                () => Check(second, new Twice { Change = second ? null : g => g * wrong, Later = second ? g => g * wrong : null }));
            Assert.Contains($"element {element},", error.Message, StringComparison.Ordinal);
        }

        Check(second, new Twice());
    }

    [Fact]
    public void Gradients_of_two_elements_that_are_exchanged_are_found()
    {
        for (int first = 0; first < Count; first++)
        {
            for (int other = first + 1; other < Count; other++)
            {
                long[] order = [.. Enumerable.Range(0, Count).Select(static i => (long)i)];
                (order[first], order[other]) = (order[other], order[first]);
                Tensor places = Tensor.From(order);
                Assert.Throws<GradCheckException>(() => Check(false, new Twice { Change = g => g.IndexSelect(0, places) }));
            }
        }
    }

    [Fact]
    public void A_gradient_that_forgets_how_it_depends_on_the_one_passed_in_is_found() =>
        Assert.Contains("the second derivative with respect to input 1", Assert.Throws<GradCheckException>(
            static () => Check(true, new Twice { Change = static g => g.Detach() + (g * 0) })).Message, StringComparison.Ordinal);

    [Fact]
    public void An_input_that_is_a_view_is_moved_as_a_view()
    {
        Tensor x = Tensor.Arange(1, 7).To(DType.Float64).Reshape(2, 3).T.Detach();
        x.RequiresGrad = true;
        HashSet<string> layouts = [];
        GradCheck.First(inputs =>
        {
            layouts.Add(string.Join(',', inputs[0].Strides.ToArray()));
            return inputs[0] * inputs[0];
        }, [x]);
        Assert.Equal(["1,3"], layouts);
    }

    [Fact]
    public void What_a_function_uses_is_as_it_was_even_after_an_error()
    {
        Tensor x = Leaf(1, 2), beside = Leaf(3, 4);
        int calls = 0;
        Assert.Throws<InvalidOperationException>(() => GradCheck.First(
            inputs => ++calls > 7 ? throw new InvalidOperationException("enough") : inputs[0] * beside, [x]));
        Assert.Equal([3.0, 4], beside.ToArray<double>());
        Assert.Equal([1.0, 2], x.ToArray<double>());
        Assert.Null(x.Grad);
    }

    [Theory]
    [InlineData(1e-3, 0, true)]
    [InlineData(0, 1e-2, true)]
    [InlineData(1e-5, 0, false)]
    [InlineData(0, 1e-4, false)]
    [InlineData(0, 0, false)]
    public void The_tolerances_add_up_to_what_is_overlooked(double absolute, double relative, bool passes)
    {
        // The gradient is off by a thousandth of what it is.
        Exception? error = Record.Exception(() => GradCheck.First(
            static inputs => new Twice { Change = static g => g * 1.0005 }.Apply(inputs[0]), [Leaf(1)], 1e-6, absolute, relative));
        Assert.Equal(passes, error is null);
    }

    [Fact]
    public void Only_inputs_that_require_it_are_checked_and_each_by_its_number()
    {
        Tensor free = Tensor.From([5.0, 6]), x = Leaf(1, 2);
        GradCheck.First(static inputs => inputs[0] * inputs[1], [free, x]);
        Assert.Contains("with respect to input 1 ", Assert.Throws<GradCheckException>(() => GradCheck.First(
            static inputs => inputs[0] * new Twice { Change = static g => g * 3 }.Apply(inputs[1]), [free, x])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => GradCheck.First(static inputs => inputs[0], [Tensor.Ones(2).To(DType.Float32).Detach()]));
        Tensor single = Tensor.Ones(2);
        single.RequiresGrad = true;
        Assert.Throws<ArgumentException>(() => GradCheck.First(static inputs => inputs[0], [single]));
        Assert.Throws<ArgumentException>(() => GradCheck.First(static inputs => inputs[0], [x * 2]));
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    private static void Check(bool second, Twice function)
    {
        Tensor x = Leaf([.. Enumerable.Range(1, Count).Select(static i => i / 4.0)]);
        if (second)
        {
            GradCheck.Second(inputs => function.Again().Apply(inputs[0] * inputs[0]), [x]);
        }
        else
        {
            GradCheck.First(inputs => function.Again().Apply(inputs[0]), [x]);
        }
    }

    /// <summary>2x, whose gradient is changed on the way back, or the gradient of whose gradient is.</summary>
    private sealed class Twice : Function
    {
        public Func<Tensor, Tensor>? Change { get; init; }

        public Func<Tensor, Tensor>? Later { get; init; }

        public Twice Again() => new() { Change = Change, Later = Later };

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs) => inputs[0] * 2;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor right = Later is null ? gradient * 2 : new Twice { Change = Later }.Apply(gradient);
            gradients[0] = Change is null ? right : Change(right);
        }
    }
}
