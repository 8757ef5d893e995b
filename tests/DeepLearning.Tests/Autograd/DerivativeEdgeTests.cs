namespace DeepLearning.Tests.AutogradTests;

/// <summary>Jacobians and their products where a function is constant, empty, or given the wrong direction; what stays recorded.</summary>
public sealed class DerivativeEdgeTests
{
    private static readonly Tensor _direction = Tensor.From([1.0, -2]);

    public static TheoryData<string> Functions => ["constant", "constant slope", "sign"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_without_this_or_the_next_derivative_has_zeros(string name)
    {
        Tensor constant = Tensor.From([3.0, 4]);
        Func<Tensor, Tensor> function = name switch
        {
            "constant" => _ => constant,
            "constant slope" => static x => x * 2,
            _ => static x => x.Sign(),
        };
        double slope = name == "constant slope" ? 2 : 0;
        double[] expected = [slope, -2 * slope];
        Assert.Equal(expected, Autograd.Vjp(function, Point(), _direction).Product.ToArray<double>());
        Assert.Equal(expected, Autograd.Jvp(function, Point(), _direction).Product.ToArray<double>());
        Assert.Equal([0.0, 0], Autograd.Hvp(x => function(x).Sum(), Point(), _direction).Product.ToArray<double>());
        Assert.Equal([0.0, 0, 0, 0], Autograd.Hessian(x => function(x).Sum(), Point()).ToArray<double>());
    }

    [Fact]
    public void A_function_of_nothing_has_an_empty_Jacobian()
    {
        Tensor jacobian = Autograd.Jacobian(static x => x[..0] * 2, Point());
        Assert.Equal(new Shape(0, 2), jacobian.Shape);
        Assert.Equal(DType.Float64, jacobian.DType);
    }

    [Fact]
    public void A_direction_has_the_shape_of_the_input()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Autograd.Jvp(static x => x * 2, Point(), Tensor.From([1.0, 2, 3])));
        Assert.Contains("Jvp: the direction [3]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Autograd.Vjp(static x => x * 2, Point(), Tensor.From([1.0, 2, 3])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_and_products_stay_recorded_only_where_that_is_asked(bool createGraph)
    {
        Tensor x = Point();
        x.RequiresGrad = true;
        static Tensor Cube(Tensor z) => z * z * z;
        (Tensor Output, Tensor Product)[] found =
        [
            Autograd.Vjp(Cube, x, _direction, createGraph),
            Autograd.Jvp(Cube, x, _direction, createGraph),
            Autograd.Hvp(static z => Cube(z).Sum(), x, _direction, createGraph),
        ];
        foreach ((Tensor output, Tensor product) in found)
        {
            Assert.Equal(createGraph, output.RequiresGrad);
            Assert.Equal(createGraph, product.RequiresGrad);
            if (createGraph)
            {
                // Reaches the input that was given, through its copy.
                Assert.All(Autograd.Grad(output.Sum(), x, retainGraph: true).ToArray<double>(), static g => Assert.NotEqual(0, g));
                Assert.All(Autograd.Grad(product.Sum(), x).ToArray<double>(), static g => Assert.NotEqual(0, g));
            }
        }
    }

    [Fact]
    public void Differentiating_leaves_the_input_as_it_was()
    {
        Tensor x = Point();
        Autograd.Jacobian(static z => z * z, x, createGraph: true);
        Assert.False(x.RequiresGrad);
        x.RequiresGrad = true;
        Tensor jacobian = Autograd.Jacobian(static z => z * z, x);
        Assert.False(jacobian.RequiresGrad);
        Assert.Null(x.Grad);
        Assert.True(x.IsLeaf);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_parameter_that_a_checkpoint_uses_more_than_once_counts_as_often_as_without(bool createGraph)
    {
        Tensor x = Leaf(0.5, -2), weight = Leaf(3, 0.25), outer = Leaf(2, 7);
        Func<Tensor[], Tensor> part = inputs => (inputs[0] * weight).Sin() + (weight * weight) + (outer * inputs[0] * weight) + outer;
        Tensor[] wanted = [x, weight, outer];
        Tensor[] expected = Derivatives(part([x])), got = Derivatives(Autograd.Checkpoint(part, x));
        Assert.All(expected.Zip(got), static pair => Assert.True(pair.First.AllClose(pair.Second, 1e-12)));

        Tensor[] Derivatives(Tensor y)
        {
            Tensor[] first = Autograd.Grad(y.Sum(), wanted, createGraph: createGraph);
            return createGraph
                ? [.. first, .. Autograd.Grad(Tensor.Cat(first).Square().Sum(), wanted)]
                : first;
        }
    }

    [Fact]
    public void Where_nothing_is_recorded_a_checkpoint_is_its_part()
    {
        Tensor x = Leaf(1, 2);
        List<Tensor> seen = [];
        using (GradMode.NoGrad())
        {
            Assert.False(Autograd.Checkpoint(
                y =>
                {
                    seen.Add(y);
                    return y * 2;
                },
                x).RequiresGrad);
        }

        Assert.Same(x, Assert.Single(seen));
    }

    [Fact]
    public void A_gradient_passed_in_has_the_shape_of_the_output_even_where_it_could_be_summed_to_it()
    {
        Tensor x = Leaf(1, 2, 3);
        foreach (Shape shape in (Shape[])[new(), new(1), new(2), new(1, 3), new(4, 3), new(3, 1)])
        {
            Tensor gradient = Tensor.Ones(shape, DType.Float64);
            Refused(() => (x * 2).Backward(gradient));
            Refused(() => Autograd.Grad(x * 2, x, gradient));
            Refused(() => x.Backward(gradient));

            void Refused(Action action) => Assert.Contains(
                $"the gradient {shape} does not have the output's shape [3]", Assert.Throws<ShapeException>(action).Message,
                StringComparison.Ordinal);
        }

        Assert.Null(x.Grad);
    }

    [Fact]
    public void A_checkpoint_of_what_needs_no_gradient_records_nothing()
    {
        Tensor y = Autograd.Checkpoint(static z => z.Exp(), Point());
        Assert.False(y.RequiresGrad);
        Assert.True(y.IsLeaf);
        Tensor x = Point();
        x.RequiresGrad = true;
        using (GradMode.NoGrad())
        {
            Assert.False(Autograd.Checkpoint(static z => z.Exp(), x).RequiresGrad);
        }

        Assert.True(Autograd.Checkpoint(static z => z.Exp(), x).RequiresGrad);
    }

    [Fact]
    public void Gradients_of_several_outputs_are_added_each_with_its_own_or_1()
    {
        Tensor x = Point();
        x.RequiresGrad = true;
        Tensor sum = x.Sum(), square = x * x;
        Tensor?[] found = Autograd.GradOrNull([sum, square], [x], [null, _direction], retainGraph: true);
        Assert.Equal([1 + (2 * 0.5), 1 - (4 * 3.0)], found[0]!.ToArray<double>());
        Assert.Equal([1.0, 1], Autograd.GradOrNull([sum], [x], [], retainGraph: true)[0]!.ToArray<double>());
        Assert.Throws<AutogradException>(() => Autograd.GradOrNull([sum, square], [x], [null], retainGraph: true));
        Assert.Throws<AutogradException>(() => Autograd.Grad(sum, [x, Tensor.Ones(2)], retainGraph: true));
        Assert.Throws<ShapeException>(() => Autograd.Grad(square, x, Tensor.Ones([3], DType.Float64), retainGraph: true));
    }

    [Fact]
    public void No_outputs_give_no_gradient() => Assert.Null(Assert.Single(Autograd.GradOrNull([], [Leaf(1)], [])));

    [Fact]
    public void Only_what_leads_to_the_inputs_is_walked()
    {
        Tensor x = Leaf(1, 2), other = Leaf(3, 4), beside = other * 1, factor = beside.Exp();
        int calls = 0;
        foreach (Tensor tensor in (Tensor[])[other, beside, factor])
        {
            tensor.RegisterHook(_ =>
            {
                calls++;
                return null;
            });
        }

        Tensor y = (x * factor).Sum();
        Assert.True(Autograd.Grad(y, x, retainGraph: true).Equal(factor.Detach()));
        Assert.Equal(0, calls);
        Assert.Null(other.Grad);

        // What was freed there is not asked for.
        factor.Sum().Backward();
        Assert.Equal(3, calls);
        Assert.Equal(2, Autograd.Grad(y, x).Count);
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    private static Tensor Point() => Tensor.From([0.5, 3.0]);
}
