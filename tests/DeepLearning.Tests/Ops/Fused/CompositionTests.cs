using DeepLearning.Layers;
using DeepLearning.Optimizers;
using Composed = DeepLearning.Fused;

namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Operations that the processor computes in one piece, against their definition: the composition of other operations.</summary>
[Trait("Rerun", "Simd")]
public class CompositionTests
{
    public static TheoryData<string, DType> Cases
    {
        get
        {
            TheoryData<string, DType> data = [];
            foreach (FusedCase given in FusedCases.All)
            {
                foreach (DType dtype in new[] { DType.Float64, DType.Float32, DType.Float16, DType.BFloat16 })
                {
                    data.Add(given.Name, dtype);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Names => [.. FusedCases.All.Select(static given => given.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_kernel_gives_what_the_composition_gives(string name, DType dtype)
    {
        FusedCase given = FusedCases.All.Single(one => one.Name == name);
        Tensor[] fast = FirstOrder(given, dtype), slow;
        using (Composed.Compose())
        {
            slow = FirstOrder(given, dtype);
        }

        AssertClose(slow, fast, dtype);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_device_without_a_kernel_for_the_gradient_has_the_same_gradient(string name, DType dtype)
    {
        FusedCase given = FusedCases.All.Single(one => one.Name == name);
        AssertClose(FirstOrder(given, dtype), FirstOrder(given, dtype, composeGradient: true), dtype);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_gradients_are_those_of_the_composition(string name)
    {
        FusedCase given = FusedCases.All.Single(one => one.Name == name);
        Tensor[] fast = SecondOrder(given), slow;
        using (Composed.Compose())
        {
            slow = SecondOrder(given);
        }

        AssertClose(slow, fast, DType.Float64);
    }

    [Fact]
    public void Every_operation_with_kernels_of_its_own_is_compared()
    {
        HashSet<Type> met = [];
        foreach (FusedCase given in FusedCases.All)
        {
            Tensor[] operands = given.Operands(DType.Float64);
            Tensor y = given.Run(operands);
            Meet(y, met);
            Tensor dy = Tensor.OnesLike(y);
            dy.RequiresGrad = true;
            foreach (Tensor? gradient in Autograd.GradOrNull([y], operands, [dy], createGraph: true))
            {
                Meet(gradient, met);
            }
        }

        IEnumerable<Type> all = typeof(Tensor).Assembly.GetTypes().Where(
            static type => type.IsValueType && type.IsAssignableTo(typeof(IFusedOp)));
        Assert.Empty(all.Where(type => !met.Contains(type)).Select(static type => type.Name));
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void An_optimizers_step_is_what_its_formula_gives_over_tensors(DType dtype)
    {
        Func<Parameter[], Optimizer>[] optimizers =
        [
            static p => new SGD(p, 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01),
            static p => new SGD(p, 0.1),
            static p => new Adam(p, 0.1, amsgrad: true),
            static p => new AdamW(p, 0.1),
            static p => new RMSprop(p, 0.1, momentum: 0.5, centered: true),
            static p => new AdaGrad(p, 0.1),
            static p => new AdaDelta(p),
        ];
        foreach (Func<Parameter[], Optimizer> make in optimizers)
        {
            Tensor fast = Trained(make, dtype), slow;
            using (Composed.Compose())
            {
                slow = Trained(make, dtype);
            }

            AssertClose([slow], [fast], dtype);
        }
    }

    private static Tensor Trained(Func<Parameter[], Optimizer> make, DType dtype)
    {
        Parameter parameter = new(Convolution.Images.Numbers([3, 7]).To(dtype));
        Optimizer optimizer = make([parameter]);
        for (int step = 1; step <= 3; step++)
        {
            optimizer.ZeroGrad();
            (parameter.Square() * step).Sum().Backward();
            optimizer.Step();
        }

        return parameter.Detach().Clone();
    }

    private static Tensor[] FirstOrder(FusedCase given, DType dtype, bool composeGradient = false)
    {
        Tensor[] operands = given.Operands(dtype);
        Tensor y = given.Run(operands), dy = Convolution.Images.Numbers(y.Shape.ToArray(), 9).To(y.DType);
        using Composed.CompositionRegion region = new(composeGradient || !Composed.HasKernels);
        return [y.Detach(), .. Autograd.Grad(y, operands, dy)];
    }

    private static Tensor[] SecondOrder(FusedCase given)
    {
        Tensor[] operands = given.Operands(DType.Float64);
        Tensor y = given.Run(operands), dy = Convolution.Images.Numbers(y.Shape.ToArray(), 9);
        dy.RequiresGrad = true;
        Tensor?[] first = Autograd.GradOrNull([y], operands, [dy], createGraph: true);
        Tensor total = Tensor.Zeros([], DType.Float64);
        for (int i = 0; i < first.Length; i++)
        {
            total = first[i] is { } gradient
                ? total + (gradient * Convolution.Images.Numbers(gradient.Shape.ToArray(), 20 + i)).Sum()
                : total;
        }

        Tensor[] all = [.. operands, dy];
        return [.. first.Select((gradient, i) => gradient?.Detach() ?? Tensor.ZerosLike(operands[i])),
            .. total.RequiresGrad ? Autograd.Grad(total, all) : all.Select(static one => Tensor.ZerosLike(one))];
    }

    private static void Meet(Tensor? tensor, HashSet<Type> met)
    {
        Stack<Node> open = new(tensor?.Node is { } node ? [node] : []);
        HashSet<Node> seen = [];
        while (open.TryPop(out Node? one))
        {
            if (!seen.Add(one))
            {
                continue;
            }

            if (one is FusedNode)
            {
                Type op = one.GetType().GetGenericArguments()[0];
                met.Add(op.IsGenericType ? op.GetGenericTypeDefinition() : op);
            }

            foreach (Node.Edge edge in one.Edges)
            {
                if (edge.Target is Node next)
                {
                    open.Push(next);
                }
            }
        }
    }

    private static void AssertClose(Tensor[] expected, Tensor[] actual, DType dtype)
    {
        double tolerance = dtype switch { DType.Float64 => 1e-9, DType.Float32 => 2e-5, DType.Float16 => 4e-3, _ => 3e-2 };
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((expected[i].DType, expected[i].Shape), (actual[i].DType, actual[i].Shape));
            double[] wanted = expected[i].To(DType.Float64).ToArray<double>(), found = actual[i].To(DType.Float64).ToArray<double>();
            for (int j = 0; j < wanted.Length; j++)
            {
                Assert.True(
                    wanted[j].Equals(found[j]) || Math.Abs(wanted[j] - found[j]) <= tolerance * (1 + Math.Abs(wanted[j])),
                    $"result {i}, element {j}: {found[j]} instead of {wanted[j]}");
            }
        }
    }
}
