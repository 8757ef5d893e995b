namespace DeepLearning.Tests.AutogradTests;

public class ProductsTests
{
    private static readonly Tensor _matrix = Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });

    [Fact]
    public void The_Jacobian_of_a_linear_map_is_its_matrix() =>
        Assert.Equal(_matrix.ToArray<double>(), Autograd.Jacobian(_matrix.MatMul, Vector(1, 2, 3)).ToArray<double>());

    [Fact]
    public void A_Jacobian_has_the_shape_of_the_output_followed_by_the_inputs()
    {
        Tensor[] jacobians = Autograd.Jacobian(xs => xs[0].MatMul(xs[1]), [_matrix, Tensor.Ones([3, 4], DType.Float64)]);
        Assert.Equal([2, 4, 2, 3], jacobians[0].Shape.ToArray());
        Assert.Equal([2, 4, 3, 4], jacobians[1].Shape.ToArray());
    }

    [Fact]
    public void The_Hessian_of_a_quadratic_form_is_the_symmetric_part_of_its_matrix_twice()
    {
        Tensor a = Tensor.From(new double[,] { { 1, 2 }, { 4, 5 } });
        Tensor h = Autograd.Hessian(x => x.MatMul(a).MatMul(x), Vector(0.3, -0.7));
        Assert.Equal([2.0, 6.0, 6.0, 10.0], h.ToArray<double>());
        Tensor v = Vector(1, -1);
        Assert.Equal(h.MatMul(v).ToArray<double>(), Autograd.Hvp(x => x.MatMul(a).MatMul(x), Vector(0.3, -0.7),
            v).Product.ToArray<double>());
    }

    [Fact]
    public void Products_from_the_left_and_from_the_right_agree_with_the_Jacobian()
    {
        Func<Tensor, Tensor> f = x => _matrix.MatMul(x).Sin() * 2;
        Tensor x = Vector(0.1, 0.2, -0.3), u = Vector(1, -2), v = Vector(0.5, 1, 2);
        Tensor jacobian = Autograd.Jacobian(f, x);
        AssertClose(u.MatMul(jacobian), Autograd.Vjp(f, x, u).Product);
        (Tensor output, Tensor product) = Autograd.Jvp(f, x, v);
        AssertClose(jacobian.MatMul(v), product);
        AssertClose(f(x), output);
    }

    [Fact]
    public void A_Jacobian_can_itself_be_differentiated()
    {
        Tensor x = Vector(0.1, 0.2, -0.3);
        x.RequiresGrad = true;
        GradCheck.First(ins => Autograd.Jacobian(z => z.Exp() * z.Sum(), ins[0], createGraph: true), [x]);
    }

    [Fact]
    public void A_constant_function_has_zero_derivatives()
    {
        Assert.Equal([0.0, 0.0], Autograd.Jacobian(static _ => Tensor.FromScalar(3.0, DType.Float64), Vector(1, 2)).ToArray<double>());
        Assert.Equal([0.0, 0.0, 0.0, 0.0], Autograd.Hessian(static x => x.Sum(), Vector(1, 2)).ToArray<double>());
    }

    [Fact]
    public void A_checkpoint_gives_the_same_gradients_to_inputs_and_captured_parameters()
    {
        Tensor x = Leaf(0.3, 0.7), w = Leaf(1.1, -0.4);
        Tensor Part(Tensor z) => (z * w).Tanh() * z;
        Part(x * 2).Sum().Backward();
        double[] dx = x.Grad!.ToArray<double>(), dw = w.Grad!.ToArray<double>();
        x.ZeroGrad();
        w.ZeroGrad();
        Autograd.Checkpoint(Part, x * 2).Sum().Backward();
        Assert.Equal(dx, x.Grad!.ToArray<double>());
        Assert.Equal(dw, w.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_checkpoint_runs_its_part_twice_and_keeps_nothing_between()
    {
        Tensor x = Leaf(0.3);
        int runs = 0;
        Tensor y = Autograd.Checkpoint(
            z =>
            {
                runs++;
                return z.Exp().Sin();
            },
            x);
        Assert.Equal(1, runs);
        y.Backward();
        Assert.Equal(2, runs);
        Assert.Equal(Math.Exp(0.3) * Math.Cos(Math.Exp(0.3)), x.Grad!.Item<double>(), 12);
    }

    [Fact]
    public void Gradients_through_a_checkpoint_are_right_to_second_order()
    {
        Tensor x = Leaf(0.3, -0.2), w = Leaf(1.1, 0.4);
        Func<Tensor[], Tensor> f = ins => Autograd.Checkpoint(xs => (xs[0] * xs[1]).Exp() + xs[1].Sin(), ins[0] * 2.0, ins[1]);
        GradCheck.First(f, [x, w]);
        GradCheck.Second(f, [x, w]);
    }

    private static Tensor Vector(params double[] values) => Tensor.From(values);

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        double[] e = expected.ToArray<double>(), a = actual.ToArray<double>();
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < e.Length; i++)
        {
            Assert.Equal(e[i], a[i], 10);
        }
    }
}
