using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>A step of a recurrent layer and the way back through it, run in the machine: beside the formula and its gradients.</summary>
public sealed class RecurrentKernelTests : IDisposable
{
    private const int Rows = 3;
    private const int Hidden = 5;

    private static readonly Type[] s_float = [typeof(ComputedFloat), typeof(float), typeof(GpuFloat)];

    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Fact]
    public void A_simple_step_is_the_formula()
    {
        Tensor gates = Leaf(1, Rows, Hidden), sums = Leaf(2, Rows, Hidden), bias = Leaf(3, Hidden), dh = Leaf(4, Rows, Hidden).Detach();
        Tensor h = (gates + bias + sums).Tanh();
        (h * (dh + 1)).Sum().Backward();
        RecurrentPlaces places = new() { Rows = Rows, Hidden = Hidden, HasBias = 1, HasDOutput = 1, DOutputStride = 0 };
        PtxMachine forward = new(Compile(typeof(RecurrentKernels), nameof(RecurrentKernels.Simple), [typeof(TanhOp), .. s_float]));
        byte[] output = View(forward, gates), state = Room(forward, 1);
        forward.Run(2, 4, output, View(forward, sums), View(forward, bias), state, PtxArgument.Of(places));
        Near(h, forward.Read<float>(output));
        Near(h, forward.Read<float>(state));

        PtxMachine back = new(Compile(
            typeof(RecurrentGradientKernels), nameof(RecurrentGradientKernels.Simple), [typeof(TanhOp), .. s_float]));
        byte[] dgates = Room(back, 1);
        back.Run(2, 4, View(back, h), View(back, Tensor.Ones([Hidden])), View(back, dh), dgates, PtxArgument.Of(places));
        Near(gates.Grad!, back.Read<float>(dgates));
    }

    [Fact]
    public void A_step_of_long_short_term_memory_is_the_formula()
    {
        Tensor gates = Leaf(1, Rows, 4 * Hidden), sums = Leaf(2, Rows, 4 * Hidden), bias = Leaf(3, 4 * Hidden);
        Tensor cell = Leaf(4, Rows, Hidden), dh = Leaf(5, Rows, Hidden).Detach(), dc = Leaf(6, Rows, Hidden).Detach();
        Tensor[] parts = (gates + bias + sums).Chunk(4, 1);
        (Tensor i, Tensor f, Tensor g, Tensor o) = (parts[0].Sigmoid(), parts[1].Sigmoid(), parts[2].Tanh(), parts[3].Sigmoid());
        Tensor c = (f * cell) + (i * g), h = o * c.Tanh();
        ((h * dh) + (c * dc)).Sum().Backward();
        RecurrentPlaces places = new() { Rows = Rows, Hidden = Hidden, HasBias = 1, Keeps = 1 };
        PtxMachine forward = new(Compile(typeof(RecurrentKernels), nameof(RecurrentKernels.Lstm), s_float));
        byte[] held = View(forward, gates), cells = View(forward, cell), kept = Room(forward, 1);
        byte[] output = Room(forward, 1), state = Room(forward, 1);
        forward.Run(2, 4, held, View(forward, sums), View(forward, bias), cells, kept, output, state, PtxArgument.Of(places));
        Near(Tensor.Cat([i, f, g, o], 1), forward.Read<float>(held));
        Near(c, forward.Read<float>(cells));
        Near(c, forward.Read<float>(kept));
        Near(h, forward.Read<float>(output));
        Near(h, forward.Read<float>(state));

        PtxMachine back = new(Compile(typeof(RecurrentGradientKernels), nameof(RecurrentGradientKernels.Lstm), s_float));
        byte[] dcell = View(back, dc), dgates = Room(back, 4);
        back.Run(
            2, 4, View(back, Tensor.Cat([i, f, g, o], 1)), View(back, c), View(back, cell), View(back, dh), View(back, dh), dcell, dgates,
            PtxArgument.Of(places));
        Near(gates.Grad!, back.Read<float>(dgates));
        Near(cell.Grad!, back.Read<float>(dcell));
    }

    [Fact]
    public void A_step_of_a_gated_unit_is_the_formula()
    {
        Tensor gates = Leaf(1, Rows, 3 * Hidden), sums = Leaf(2, Rows, 3 * Hidden), newBias = Leaf(3, Hidden);
        Tensor before = Leaf(4, Rows, Hidden), dh = Leaf(5, Rows, Hidden).Detach();
        Tensor[] input = gates.Chunk(3, 1), recurrent = sums.Chunk(3, 1);
        Tensor r = (input[0] + recurrent[0]).Sigmoid(), z = (input[1] + recurrent[1]).Sigmoid(), product = recurrent[2] + newBias;
        Tensor n = (input[2] + (r * product)).Tanh(), h = n + (z * (before - n));
        (h * dh).Sum().Backward();
        RecurrentPlaces places = new() { Rows = Rows, Hidden = Hidden, HasNewBias = 1, Keeps = 1, PreviousRows = Rows };
        PtxMachine forward = new(Compile(typeof(RecurrentKernels), nameof(RecurrentKernels.Gru), s_float));
        byte[] held = View(forward, gates), kept = Room(forward, 1), output = Room(forward, 1), state = View(forward, before);
        forward.Run(
            2, 4, held, View(forward, sums), View(forward, newBias), View(forward, newBias), kept, output, state, PtxArgument.Of(places));
        Near(Tensor.Cat([r, z, n], 1), forward.Read<float>(held));
        Near(product, forward.Read<float>(kept));
        Near(h, forward.Read<float>(output));
        Near(h, forward.Read<float>(state));

        PtxMachine back = new(Compile(typeof(RecurrentGradientKernels), nameof(RecurrentGradientKernels.Gru), s_float));
        byte[] dhidden = View(back, dh), dgates = Room(back, 4);
        back.Run(
            2, 4, View(back, Tensor.Cat([r, z, n], 1)), View(back, product), View(back, before), View(back, before), View(back, dh),
            dhidden, dgates, PtxArgument.Of(places));

        // That of the new gate first, and last that of what the state gave it.
        Tensor[] ofInput = gates.Grad!.Chunk(3, 1), ofState = sums.Grad!.Chunk(3, 1);
        Near(Tensor.Cat([ofInput[2], ofInput[0], ofInput[1], ofState[2]], 1), back.Read<float>(dgates));
        Near(before.Grad!, back.Read<float>(dhidden));
    }

    private static Tensor Leaf(ulong seed, params int[] shape)
    {
        Tensor leaf = Tensor.Randn(shape, generator: new Generator(seed));
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static byte[] View(PtxMachine machine, Tensor x) => machine.View<float>(x.Detach().Contiguous().ToArray<float>());

    private static byte[] Room(PtxMachine machine, int columns) => machine.View<float>(new float[Rows * Hidden * columns]);

    private static void Near(Tensor expected, float[] actual) =>
        Assert.All(
            expected.Detach().Contiguous().ToArray<float>().Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
