using System.Reflection;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Numerics;

/// <summary>What a formula says that its gradients read is all that they read.</summary>
public class OperandsTests
{
    private static readonly Lane<double> s_y = new(0.4), s_dy = new(1.5);

    public static TheoryData<string> Formulas => [.. typeof(Tensor).Assembly.GetTypes()
        .Where(static t => t.IsValueType && !t.ContainsGenericParameters && Interface(t) is not null).Select(static t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Formulas))]
    public void A_gradient_does_not_depend_on_an_operand_that_it_does_not_read(string formula)
    {
        Type type = typeof(Tensor).Assembly.GetType(formula)!;
        string check = Interface(type)!.GetGenericTypeDefinition() == typeof(IBinaryOp<>) ? nameof(CheckBinary) : nameof(CheckTernary);
        typeof(OperandsTests).GetMethod(check, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(null, []);
    }

    [Fact]
    public void An_operand_that_no_gradient_reads_may_change_before_the_backward_pass()
    {
        Func<Tensor, Tensor, Tensor>[] operations =
        [
            (x, c) => x * c, (x, c) => c * x, (x, c) => x / c, (x, c) => Tensor.Where(x.Detach() > 1.5, x, c),
            (x, c) => x.AddCMul(x.Detach(), c),
            (x, c) => c.AddCMul(x, Tensor.Ones([2, 2], DType.Float64)), (x, c) => c.AddCDiv(x, Tensor.Ones([2, 2], DType.Float64)),
            (x, c) => c.Lerp(x, 0.5), (x, c) => x + c, (x, c) => x - c, (x, c) => c.MatMul(Tensor.Ones([2, 2], DType.Float64)) + x,
        ];
        foreach (Func<Tensor, Tensor, Tensor> operation in operations)
        {
            foreach (bool changesOperand in (bool[])[false, true])
            {
                Tensor leaf = Tensor.From([1.0, 2, 3, 4], [2, 2]), constant = Tensor.From([5.0, 6, 7, 8], [2, 2]);
                leaf.RequiresGrad = true;
                Tensor x = leaf * 1, y = operation(x, constant);
                // The value of x, and that of the constant where only x reads it.
                (changesOperand ? x : y).AddInPlace(1.0);
                y.Sum().Backward();
                Assert.NotNull(leaf.Grad);
            }
        }
    }

    [Fact]
    public void Products_keep_only_what_a_wanted_gradient_reads()
    {
        Tensor weight = Tensor.Rand(3, 3), frozen = Tensor.Rand(3, 3), x = Tensor.Rand(2, 3);
        weight.RequiresGrad = true;
        // A frozen layer keeps no activations: they may change.
        Tensor hidden = x.MatMul(weight);
        Tensor y = hidden.MatMul(frozen);
        hidden.AddInPlace(1.0);
        y.Sum().Backward();
        Assert.NotNull(weight.Grad);

        Tensor kept = x.MatMul(weight);
        Tensor product = kept.MatMul(weight);
        kept.AddInPlace(1.0);
        Assert.Throws<AutogradException>(() => product.Sum().Backward());
    }

    private static Type? Interface(Type type) => type.GetInterfaces().FirstOrDefault(static i =>
        i.IsGenericType && (i.GetGenericTypeDefinition() == typeof(IBinaryOp<>) || i.GetGenericTypeDefinition() == typeof(ITernaryOp<>)));

    private static void CheckBinary<TOp>()
        where TOp : struct, IBinaryOp<TOp>
    {
        Check(TOp.BackwardLeftReads, static (a, b, _) => TOp.BackwardLeft(default, a, b, s_y, s_dy));
        Check(TOp.BackwardRightReads, static (a, b, _) => TOp.BackwardRight(default, a, b, s_y, s_dy));
    }

    private static void CheckTernary<TOp>()
        where TOp : struct, ITernaryOp<TOp>
    {
        Check(TOp.BackwardFirstReads, static (a, b, c) => TOp.BackwardFirst(default, a, b, c, s_y, s_dy));
        Check(TOp.BackwardSecondReads, static (a, b, c) => TOp.BackwardSecond(default, a, b, c, s_y, s_dy));
        Check(TOp.BackwardThirdReads, static (a, b, c) => TOp.BackwardThird(default, a, b, c, s_y, s_dy));
    }

    private static void Check(Operands reads, Func<Lane<double>, Lane<double>, Lane<double>, Lane<double>> gradient)
    {
        Lane<double> Value(Operands operand, double value, double other) => new((reads & operand) != 0 ? value : other);
        double expected = gradient(new(0.3), new(0.7), new(0.2)).Value;
        double[] others = [double.NaN, double.PositiveInfinity, 0.0, -3.0];
        foreach (double other in others)
        {
            Assert.Equal(
                expected,
                gradient(Value(Operands.First, 0.3, other), Value(Operands.Second, 0.7, other), Value(Operands.Third, 0.2, other)).Value);
        }
    }
}
