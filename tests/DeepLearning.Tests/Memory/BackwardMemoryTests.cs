using DeepLearning.Backends;

namespace DeepLearning.Tests.Memory;

/// <summary>The gradients that a walk back makes on its way are given back by it, not by the collector.</summary>
[Collection("Thread setting")]
public class BackwardMemoryTests
{
    private const int Rows = 512, Columns = 512, Bytes = 4 * Rows * Columns;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_programs = new()
    {
        ["a chain"] = static x => x.Exp().Sin().Tanh().Cos().Sigmoid(),
        ["a value used three times"] = static x => (x * 2).Sin() + (x * 3).Cos() + x.Exp(),
        ["a computed value used three times"] = static x => Three(x.Tanh()),
        ["rows and columns for all"] = static x => ((x * x[0]) + x.Sum(1, keepDim: true)).Sin(),
        ["parts"] = static x => Tensor.Cat([x[..100].Sin(), x[100..].Cos()]),
        ["products"] = static x => x.MatMul(x.Tanh()).Relu(),
        ["two types"] = static x => x.To(DType.Float64).Sin().To(DType.Float32),
    };

    public static TheoryData<string> Programs => new(s_programs.Keys);

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_pass_leaves_the_gradients_of_the_leaves_alone(string name)
    {
        Tensor x = Tensor.Rand([Rows, Columns], generator: new Generator(1));
        x.RequiresGrad = true;
        Tensor y = s_programs[name](x).Sum();
        for (int pass = 0; pass < 3; pass++)
        {
            x.Grad = null;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            _ = Tensor.Zeros(BufferPool.SmallLimit);
            long before = BufferPool.Outstanding;
            y.Backward(retainGraph: true);
            long left = BufferPool.Outstanding - before;
            Assert.True(left <= Bytes * 5 / 4, $"{name}, pass {pass}: {(double)left / Bytes:F2} times the gradient is left");
            GC.KeepAlive(x.Grad);
        }

        GC.KeepAlive(y);
    }

    private static Tensor Three(Tensor h) => h.Sin() + h.Cos() + (h * h);
}
