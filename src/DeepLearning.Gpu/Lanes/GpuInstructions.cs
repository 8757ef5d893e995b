using System.Reflection;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace DeepLearning.Backends.Gpu;

/// <summary>The PTX instruction of each method of <see cref="GpuMath"/>.</summary>
internal static class GpuInstructions
{
    /// <summary>The instructions by method and the type of the first parameter; {0} is that type in PTX.</summary>
    private static readonly Dictionary<string, string> s_instructions = new()
    {
        [nameof(GpuMath.Add)] = "add.rn.{0}",
        [nameof(GpuMath.Subtract)] = "sub.rn.{0}",
        [nameof(GpuMath.Multiply)] = "mul.rn.{0}",
        [nameof(GpuMath.Divide)] = "div.rn.{0}",
        [nameof(GpuMath.Negate)] = "neg.{0}",
        [nameof(GpuMath.MultiplyAdd)] = "fma.rn.{0}",
        [nameof(GpuMath.Less)] = "set.lt.u32.{0}",
        [nameof(GpuMath.LessOrEqual)] = "set.le.u32.{0}",
        [nameof(GpuMath.Equal)] = "set.eq.u32.{0}",
        [nameof(GpuMath.Unordered)] = "set.nan.u32.{0}",
        [nameof(GpuMath.Max)] = "max.{0}",
        [nameof(GpuMath.Min)] = "min.{0}",
        [nameof(GpuMath.Floor)] = "cvt.rmi.{0}.{0}",
        [nameof(GpuMath.Ceiling)] = "cvt.rpi.{0}.{0}",
        [nameof(GpuMath.Round)] = "cvt.rni.{0}.{0}",
        [nameof(GpuMath.Truncate)] = "cvt.rzi.{0}.{0}",
        [nameof(GpuMath.Sqrt)] = "sqrt.rn.{0}",
        [nameof(GpuMath.Widen)] = "cvt.f64.f32",
        [nameof(GpuMath.Narrow)] = "cvt.rn.f32.f64",
        [nameof(GpuMath.MultiplyHigh)] = "mul.hi.u64",
        [nameof(GpuMath.FromHalf)] = "cvt.f32.f16",
        [nameof(GpuMath.ToHalf)] = "cvt.rn.f16.f32",
        [nameof(GpuMath.HalfOf)] = "cvt.rn.f16.f64",
        [nameof(GpuMath.SingleOf)] = "cvt.rn.f32.s64",
        [nameof(GpuMath.DoubleOf)] = "cvt.rn.f64.s64",
        [nameof(GpuMath.Int32Of)] = "cvt.rzi.s32.f64",
        [nameof(GpuMath.Int64Of)] = "cvt.rzi.s64.f64",
    };

    /// <summary>The methods that are instructions.</summary>
    public static IEnumerable<MethodInfo> Methods => typeof(GpuMath).GetMethods()
        .Where(static m => m.IsDefined(typeof(IntrinsicImplementationAttribute), inherit: false) && !m.IsGenericMethod);

    /// <summary>The instruction of a method.</summary>
    public static string Of(MethodBase method) => string.Format(
        null, s_instructions[method.Name], method.GetParameters()[0].ParameterType == typeof(float) ? "f32" : "f64");

    /// <summary>Tells ILGPU what to write for the methods.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        MethodInfo generate = typeof(GpuInstructions).GetMethod(nameof(Generate), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (MethodInfo method in Methods)
        {
            manager.RegisterMethod(method, new PTXIntrinsic(generate, IntrinsicImplementationMode.GenerateCode));
        }

        MethodInfo steps = typeof(GpuInstructions).GetMethod(nameof(GeneratePolynomial), BindingFlags.NonPublic | BindingFlags.Static)!;
        MethodInfo polynomial = typeof(GpuMath).GetMethod(nameof(GpuMath.Polynomial))!;
        foreach (Type table in typeof(DoubleFunctions).GetNestedTypes(BindingFlags.NonPublic)
            .Where(static type => type.IsAssignableTo(typeof(ICoefficients))))
        {
            manager.RegisterMethod(
                polynomial.MakeGenericMethod(table), new PTXIntrinsic(steps, IntrinsicImplementationMode.GenerateCode));
        }
    }

    private static void Generate(PTXBackend backend, PTXCodeGenerator codeGenerator, Value value)
    {
        MethodCall call = (MethodCall)value;
        List<Registers.PrimitiveRegister> arguments = [];
        foreach (ValueReference node in call.Nodes)
        {
            arguments.Add(codeGenerator.LoadPrimitive(node.Resolve()));
        }

        Registers.HardwareRegister target = codeGenerator.AllocateHardware(value);
        using PTXCodeGenerator.CommandEmitter command = codeGenerator.BeginCommand(Of(call.Target.Source));
        command.AppendArgument(target);
        foreach (Registers.PrimitiveRegister argument in arguments)
        {
            command.AppendArgument(argument);
        }
    }

    private static void GeneratePolynomial(PTXBackend backend, PTXCodeGenerator codeGenerator, Value value)
    {
        MethodCall call = (MethodCall)value;
        double[] coefficients = Coefficients(call.Target.Source.GetGenericArguments()[0]);
        Registers.PrimitiveRegister x = codeGenerator.LoadPrimitive(call.Nodes[0].Resolve());
        Registers.HardwareRegister y = codeGenerator.AllocateHardware(value);
        using (PTXCodeGenerator.CommandEmitter move = codeGenerator.BeginCommand("mov.f64"))
        {
            move.AppendArgument(y);
            move.AppendConstant(coefficients[^1]);
        }

        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            using PTXCodeGenerator.CommandEmitter step = codeGenerator.BeginCommand("fma.rn.f64");
            step.AppendArgument(y);
            step.AppendArgument(y);
            step.AppendArgument(x);
            step.AppendConstant(coefficients[i]);
        }
    }

    private static double[] Coefficients(Type table) => (double[])typeof(GpuInstructions)
        .GetMethod(nameof(CoefficientsOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(table).Invoke(null, null)!;

    private static double[] CoefficientsOf<TCoefficients>()
        where TCoefficients : struct, ICoefficients => TCoefficients.Values.ToArray();
}
