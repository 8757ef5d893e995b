using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Kernels;

namespace DeepLearning.Tests.Gpu.Formulas;

/// <summary>What the classes below share; one for each element type, so that they run side by side.</summary>
public abstract class FormulaTests : IDisposable
{
    private readonly PtxCompiler _compiler = new();

    public void Dispose()
    {
        _compiler.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string Compile(string kernel, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(typeof(ElementwiseKernels), kernel, arguments));

    /// <summary>Checks every step of a list and says all that differ.</summary>
    private protected void CheckSteps(
        IEnumerable<Type> steps, Type element, Type stored, Type number, object operands, object same, int count,
        Action<Type, string>? look = null)
    {
        MethodInfo run = typeof(FormulaRun).GetMethod(nameof(FormulaRun.Step))!;
        Check(steps, step =>
        {
            string ptx = Compile(nameof(ElementwiseKernels.Contiguous), step, element, stored, number);
            look?.Invoke(step, ptx);
            string found = KernelText.Forbidden(ptx);
            return found.Length > 0
                ? found
                : (string)run.MakeGenericMethod(step, element, stored, number).Invoke(null, [ptx, operands, same, count])!;
        });
    }

    private protected static void Check(IEnumerable<Type> formulas, Func<Type, string> differences)
    {
        List<string> wrong = [];
        int count = 0;
        foreach (Type formula in formulas)
        {
            count++;
            string found;
            try
            {
                found = differences(formula);
            }
            catch (Exception e)
            {
                Exception inner = e is TargetInvocationException ? e.InnerException! : e;
                found = $"{inner.GetType().Name}: {inner.Message.Split('\n')[0]} {inner.InnerException?.Message.Split('\n')[0]}";
            }

            if (found.Length > 0)
            {
                wrong.Add($"{FormulaList.NameOf(formula)}: {found}");
            }
        }

        Assert.True(count > 0, "There is nothing to check.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count}:\n{string.Join('\n', wrong)}");
    }
}

public sealed class Float32FormulaTests : FormulaTests
{
    /// <summary>The formulas that compute in double, as the processor does, and therefore with calls.</summary>
    private static readonly string[] s_throughDouble =
    [
        "AcosOp", "AsinOp", "Atan2Op", "AtanOp", "CosOp", "DigammaOp", "ErfInvOp", "ErfcOp", "Exp2Op", "FocalOp", "LGammaOp", "PowNumberOp",
        "PowOp", "ScalarPowOp", "SigmoidFocalOp", "SinOp", "SincOp", "TanOp", "TrigammaOp",
    ];

    [Fact]
    public void Every_formula_and_gradient_gives_the_bits_of_the_processor_and_is_straight_but_for_a_list()
    {
        SortedSet<string> through = new(StringComparer.Ordinal);
        CheckSteps(
            FormulaList.Steps, typeof(Float32Element), typeof(float), typeof(GpuFloat), FormulaValues.Floats,
            (Func<float, float, int, bool>)(static (a, b, _) => FormulaRun.SameBits(a, b)), FormulaValues.Count, (step, ptx) =>
            {
                if (!KernelText.IsStraight(ptx))
                {
                    through.Add(step.GetGenericArguments()[0].Name);
                }
            });
        Assert.True(through.SetEquals(s_throughDouble), string.Join("\", \"", through));
    }
}

public sealed class Float64FormulaTests : FormulaTests
{
    /// <summary>The formulas of sine, cosine and tangent, for which the processor asks System.Math from 2²⁷ on.</summary>
    private static readonly string[] s_angles = ["SinOp", "CosOp", "TanOp", "SincOp"];

    [Fact]
    public void Every_formula_and_gradient_gives_the_bits_of_the_processor() => CheckSteps(
        FormulaList.Steps.Where(static step => !OfAngles(step)), typeof(Float64Element), typeof(double), typeof(GpuDouble),
        FormulaValues.Doubles, (Func<double, double, int, bool>)(static (a, b, _) => FormulaRun.SameBits(a, b)), FormulaValues.Count);

    [Fact]
    public void Angles_give_the_bits_of_the_processor_below_2_to_the_27_and_its_value_beyond() => CheckSteps(
        FormulaList.Steps.Where(OfAngles), typeof(Float64Element), typeof(double), typeof(GpuDouble), FormulaValues.Doubles,
        (Func<double, double, int, bool>)(static (a, b, i) => FormulaRun.SameBits(a, b)
            || (Math.Abs(FormulaValues.Doubles[0][i]) >= 1 << 27 && Math.Abs(a - b) <= 1e-15 * Math.Abs(b))), FormulaValues.Count);

    private static bool OfAngles(Type step) => s_angles.Contains(step.GetGenericArguments()[0].Name);
}

public sealed class IntegerFormulaTests : FormulaTests
{
    [Fact]
    public void Every_formula_of_any_number_gives_the_processors_int32() => CheckSteps(
        FormulaList.StepsOfAnyNumber, typeof(Int32Element), typeof(int), typeof(GpuInteger<int, Int32Kind>),
        FormulaValues.Integers(-int.MaxValue, int.MaxValue, static x => (int)x),
        (Func<int, int, int, bool>)(static (a, b, _) => a == b), 200);

    [Fact]
    public void Every_formula_of_any_number_gives_the_processors_int64() => CheckSteps(
        FormulaList.StepsOfAnyNumber, typeof(Int64Element), typeof(long), typeof(GpuInteger<long, Int64Kind>),
        FormulaValues.Integers(-long.MaxValue, long.MaxValue, static x => (long)(x * 1e9)),
        (Func<long, long, int, bool>)(static (a, b, _) => a == b), 200);

    [Fact]
    public void Every_formula_of_any_number_gives_the_processors_uint8() => CheckSteps(
        FormulaList.StepsOfAnyNumber, typeof(UInt8Element), typeof(byte), typeof(GpuInteger<int, ByteKind>),
        FormulaValues.Integers(byte.MinValue, byte.MaxValue, static x => (byte)(int)x),
        (Func<byte, byte, int, bool>)(static (a, b, _) => a == b), 200);

    [Fact]
    public void Every_operation_on_integers_gives_the_processors_int32() => CheckIntegers(
        FormulaValues.Integers(int.MinValue, int.MaxValue, static x => (int)x));

    [Fact]
    public void Every_operation_on_integers_gives_the_processors_int64() => CheckIntegers(
        FormulaValues.Integers(long.MinValue, long.MaxValue, static x => (long)x));

    [Fact]
    public void Every_operation_on_integers_gives_the_processors_uint8() => CheckIntegers(
        FormulaValues.Integers(byte.MinValue, byte.MaxValue, static x => (byte)(int)x));

    private void CheckIntegers<T>(T[][] operands)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        MethodInfo run = typeof(FormulaRun).GetMethod(nameof(FormulaRun.Integer))!;
        Check(FormulaList.Integers, op => (string)run.MakeGenericMethod(op, typeof(T)).Invoke(
            null, [Compile(nameof(ElementwiseKernels.Integer), op, typeof(T)), operands[0], operands[1], 200])!);
    }
}

public sealed class PredicateFormulaTests : FormulaTests
{
    [Fact]
    public void Every_question_gets_the_processors_answer_of_float32() => CheckQuestions<float>(
        typeof(Float32Element), typeof(GpuFloat), FormulaValues.Floats, FormulaValues.Count);

    [Fact]
    public void Every_question_gets_the_processors_answer_of_float64() => CheckQuestions<double>(
        typeof(Float64Element), typeof(GpuDouble), FormulaValues.Doubles, FormulaValues.Count);

    [Fact]
    public void Every_question_gets_the_processors_answer_of_int64() => CheckQuestions<long>(
        typeof(Int64Element), typeof(GpuInteger<long, Int64Kind>),
        FormulaValues.Integers(-(1L << 61), 1L << 61, static x => (long)x), 200);

    private void CheckQuestions<T>(Type element, Type number, T[][] operands, int count)
        where T : unmanaged
    {
        MethodInfo run = typeof(FormulaRun).GetMethod(nameof(FormulaRun.Question))!;
        Check(FormulaList.Predicates, op => (string)run.MakeGenericMethod(op, typeof(T)).Invoke(
            null, [Compile(nameof(ElementwiseKernels.Compare), op, element, typeof(T), number), operands[0], operands[1], count])!);
    }
}

public sealed class UpdateFormulaTests : FormulaTests
{
    [Fact]
    public void Every_step_of_an_optimizer_gives_the_bits_of_the_processor()
    {
        MethodInfo run = typeof(FormulaRun).GetMethod(nameof(FormulaRun.Update))!;
        Check(FormulaList.Updates, update => (string)run.MakeGenericMethod(update).Invoke(
            null,
            [
                Compile(
                    nameof(ElementwiseKernels.Update), update, typeof(Float32Element), typeof(float), typeof(float), typeof(Float32Element),
                    typeof(GpuFloat)),
            ])!);
    }
}
