using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// How the tensor cores of a GPU take numbers: words of 32 bits with one or two neighbors along k in each. A warp multiplies 16 rows by 8
/// columns of 8 words; which thread holds which word is the PTX ISA's, and the same for all types.
/// </summary>
internal interface ITensorCore<S, R>
    where S : unmanaged
    where R : unmanaged
{
    /// <summary>Numbers of a word; 0 where the cores do not take the type.</summary>
    static abstract int PerWord { get; }

    /// <summary>The word of one number, or of two neighbors.</summary>
    static abstract uint Word(S first, S second);

    /// <summary>c + a · b for the threads of a warp together, summed in float32.</summary>
    static abstract Quad<float> Multiply(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1);

    /// <summary>A sum as a number that is computed with.</summary>
    static abstract R Sum(float sum);
}

/// <summary>float32 rounded to 10 bits of fraction.</summary>
internal readonly struct Tf32Core : ITensorCore<float, GpuFloat>
{
    public static int PerWord
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Word(float first, float second) => TensorInstructions.ToTf32(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<float> Multiply(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        TensorInstructions.MultiplyTf32(c, a0, a1, a2, a3, b0, b1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sum(float sum) => new(sum);
}

/// <summary>bfloat16 as it is.</summary>
internal readonly struct BFloat16Core : ITensorCore<ushort, GpuFloat>
{
    public static int PerWord
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Word(ushort first, ushort second) => first | ((uint)second << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<float> Multiply(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        TensorInstructions.MultiplyBFloat16(c, a0, a1, a2, a3, b0, b1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sum(float sum) => new(sum);
}

/// <summary>float16 as it is.</summary>
internal readonly struct Float16Core : ITensorCore<ushort, GpuFloat>
{
    public static int PerWord
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Word(ushort first, ushort second) => first | ((uint)second << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<float> Multiply(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        TensorInstructions.MultiplyFloat16(c, a0, a1, a2, a3, b0, b1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloat Sum(float sum) => new(sum);
}

/// <summary>float64, which these instructions do not take.</summary>
internal readonly struct NoCore : ITensorCore<double, GpuDouble>
{
    public static int PerWord => 0;

    public static uint Word(double first, double second) => throw new NotSupportedException();

    public static Quad<float> Multiply(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        throw new NotSupportedException();

    public static GpuDouble Sum(float sum) => throw new NotSupportedException();
}

/// <summary>
/// Instructions of tensor cores, which GPUs have from compute capability 8.0 on. They take and return what a thread holds of a warp's
/// matrices, in registers; on the processor there are none.
/// </summary>
internal static class TensorInstructions
{
    private static readonly Dictionary<string, string> s_products = new()
    {
        [nameof(MultiplyTf32)] = "m16n8k8.row.col.f32.tf32.tf32.f32",
        [nameof(MultiplyBFloat16)] = "m16n8k16.row.col.f32.bf16.bf16.f32",
        [nameof(MultiplyFloat16)] = "m16n8k16.row.col.f32.f16.f16.f32",
    };

    /// <summary>The nearest number of 10 bits of fraction, halves away from 0.</summary>
    [IntrinsicImplementation]
    public static uint ToTf32(float x) => throw new NotSupportedException();

    [IntrinsicImplementation]
    public static Quad<float> MultiplyTf32(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        throw new NotSupportedException();

    [IntrinsicImplementation]
    public static Quad<float> MultiplyBFloat16(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        throw new NotSupportedException();

    [IntrinsicImplementation]
    public static Quad<float> MultiplyFloat16(Quad<float> c, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1) =>
        throw new NotSupportedException();

    /// <summary>Tells ILGPU what to write for the methods.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        Type self = typeof(TensorInstructions);
        MethodInfo product = self.GetMethod(nameof(GenerateProduct), BindingFlags.NonPublic | BindingFlags.Static)!;
        MethodInfo rounding = self.GetMethod(nameof(GenerateRounding), BindingFlags.NonPublic | BindingFlags.Static)!;
        manager.RegisterMethod(
            self.GetMethod(nameof(ToTf32))!, new PTXIntrinsic(rounding, IntrinsicImplementationMode.GenerateCode));
        foreach (string name in s_products.Keys)
        {
            manager.RegisterMethod(self.GetMethod(name)!, new PTXIntrinsic(product, IntrinsicImplementationMode.GenerateCode));
        }
    }

    private static void GenerateRounding(PTXBackend backend, PTXCodeGenerator codeGenerator, Value value)
    {
        Registers.PrimitiveRegister x = codeGenerator.LoadPrimitive(((MethodCall)value).Nodes[0].Resolve());
        Registers.HardwareRegister y = codeGenerator.AllocateHardware(value);
        using PTXCodeGenerator.CommandEmitter command = codeGenerator.BeginCommand("cvt.rna.tf32.f32");
        command.AppendArgument(y);
        command.AppendArgument(x);
    }

    private static void GenerateProduct(PTXBackend backend, PTXCodeGenerator codeGenerator, Value value)
    {
        MethodCall call = (MethodCall)value;
        Registers.CompoundRegister c = codeGenerator.LoadAs<Registers.CompoundRegister>(call.Nodes[0].Resolve());
        string[] words = new string[6];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Name(codeGenerator.LoadHardware(call.Nodes[1 + i].Resolve()));
        }

        // Sums may be constants at first: they are moved to the result's registers, and the instruction works in those.
        Registers.CompoundRegister d = (Registers.CompoundRegister)codeGenerator.Allocate(value);
        for (int i = 0; i < 4; i++)
        {
            using PTXCodeGenerator.CommandEmitter move = codeGenerator.BeginCommand("mov.f32");
            move.AppendArgument((Registers.HardwareRegister)d.Children[i]);
            move.AppendArgument((Registers.PrimitiveRegister)c.Children[i]);
        }

        string sums = string.Join(", ", d.Children.Select(static child => Name((Registers.HardwareRegister)child)));
        string left = string.Join(", ", words[..4]), right = string.Join(", ", words[4..]);
        string text = $"\tmma.sync.aligned.{s_products[call.Target.Source.Name]} {{{sums}}}, {{{left}}}, {{{right}}}, {{{sums}}};";
        codeGenerator.Builder.AppendLine(text);
    }

    private static string Name(Registers.HardwareRegister register) => "%" + PTXRegisterAllocator.GetStringRepresentation(register);
}
