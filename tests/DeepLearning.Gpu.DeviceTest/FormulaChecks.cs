using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;

namespace DeepLearning.DeviceTest;

/// <summary>Every formula of the library with its gradients, bit by bit over special values.</summary>
internal static class FormulaChecks
{
    /// <summary>They reduce large angles of float64 otherwise than the processor: a few units in the last place.</summary>
    private static readonly string[] s_angles = ["CosOp", "SinOp", "SincOp", "TanOp"];

    public static void Run(Report report, Device device, Options options)
    {
        Type[] formulas =
        [
            .. FormulaList.Steps.Where(static step => step.GetGenericTypeDefinition() is var kind
                && (kind == typeof(UnaryStep<>) || kind == typeof(BinaryStep<>) || kind == typeof(TernaryStep<>))),
        ];
        formulas = options.Quick ? [.. formulas.Where(static (_, i) => i % 8 == 0)] : formulas;
        if (options.IsTiny)
        {
            // What it emits is .NET code, which may not touch private types; PTX has none.
            int all = formulas.Length;
            formulas = [.. formulas.Where(static step => !step.GetGenericArguments()[0].IsNestedPrivate)];
            report.Say($"{all - formulas.Length} formulas are private, and not for this device");
        }

        report.Say($"{formulas.Length} formulas, each forward and backward, in float32 and float64");
        foreach (Type step in formulas)
        {
            foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
            {
                report.Check("formulas", $"{FormulaList.NameOf(step)} in {dtype.Name()}", () => Compare(step, dtype, device));
            }
        }
    }

    private static string? Compare(Type step, DType dtype, Device device)
    {
        Type op = step.GetGenericArguments()[0];
        int count = step.GetGenericTypeDefinition() == typeof(UnaryStep<>) ? 1
            : step.GetGenericTypeDefinition() == typeof(BinaryStep<>) ? 2 : 3;
        Tensor[] expected = Compute(op, count, dtype, Device.Cpu), actual = Compute(op, count, dtype, device);
        long tolerance = dtype == DType.Float64 && Array.Exists(s_angles, name => op.Name.EndsWith(name, StringComparison.Ordinal)) ? 4 : 0;
        for (int i = 0; i < expected.Length; i++)
        {
            // A gradient is a product with what the tolerance is for.
            string? wrong = i > 0 && tolerance > 0
                ? null
                : Comparison.Bits(expected[i], actual[i].To(Device.Cpu), tolerance);
            if (wrong is not null)
            {
                return $"{(i == 0 ? "value" : $"gradient {i}")}: {wrong}";
            }
        }

        return null;
    }

    /// <summary>The values, and the gradient of each operand.</summary>
    private static Tensor[] Compute(Type op, int count, DType dtype, Device device)
    {
        MethodInfo map = typeof(Tensor).GetMethods().Single(method => method.Name == nameof(Tensor.Map)
            && method.GetParameters().Length == count);
        Tensor[] operands = [.. Enumerable.Range(0, count).Select(k => Operand(k, dtype, device))];
        foreach (Tensor operand in operands)
        {
            operand.RequiresGrad = true;
        }

        object?[] arguments = [.. operands[1..], FormulaList.Instance(op)];
        Tensor y = (Tensor)map.MakeGenericMethod(op).Invoke(operands[0], arguments)!;
        if (!y.RequiresGrad)
        {
            return [y];
        }

        Tensor?[] gradients = Autograd.GradOrNull([y], operands, [Operand(4, dtype, device)]);
        return [y.Detach(), .. gradients.OfType<Tensor>()];
    }

    private static Tensor Operand(int k, DType dtype, Device device) =>
        (dtype == DType.Float32 ? Tensor.From(FormulaValues.Floats[k]) : Tensor.From(FormulaValues.Doubles[k])).To(device);
}
