using System.Numerics;
using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Formulas;

/// <summary>Runs kernels of formulas in the machine beside the same formulas in the processor's lanes.</summary>
internal static class FormulaRun
{
    private const int Group = 32;

    /// <summary>A kernel of a class, closed over types.</summary>
    public static MethodInfo Kernel(Type kernels, string name, params Type[] arguments) =>
        kernels.GetMethod(name)!.MakeGenericMethod(arguments);

    /// <summary>The differences of a step's kernel from the processor, an empty text where there is none.</summary>
    public static string Step<TStep, TElement, S, R>(string ptx, S[][] operands, Func<S, S, int, bool> same, int count)
        where TStep : struct, IStep
        where TElement : struct, IElement<S, R>
        where S : unmanaged, INumber<S>
        where R : struct, IReal<R>
    {
        TStep step = (TStep)FormulaList.Instance(typeof(TStep));
        S[] expected = new S[count];
        for (int i = 0; i < count; i++)
        {
            expected[i] = step.Step(
                new Lane<S>(operands[0][i]), new Lane<S>(operands[1][i]), new Lane<S>(operands[2][i]), new Lane<S>(operands[3][i]),
                new Lane<S>(operands[4][i])).Value;
        }

        PtxMachine machine = new(ptx);
        byte[][] views = [.. operands.Select(operand => machine.View<S>(operand.AsSpan(0, count)))];
        byte[] y = machine.View<S>(new S[count]);
        machine.Run(3, Group, [.. views, y, PtxArgument.Of(step)]);
        return Compare(machine.Read<S>(y), expected, same, i => string.Join(", ", operands.Select(operand => operand[i])));
    }

    /// <summary>As <see cref="Step"/>, of an operation on integers; no divisor is 0.</summary>
    public static string Integer<TOp, T>(string ptx, T[] a, T[] b, int count)
        where TOp : struct, IIntegerOp
        where T : unmanaged, IBinaryInteger<T>
    {
        T[] left = a[..count], right = b[..count];
        if (TOp.Divides is not null)
        {
            right = Array.ConvertAll(right, static x => T.IsZero(x) ? T.One : x);
        }

        PtxMachine machine = new(ptx);
        byte[] y = machine.View<T>(new T[count]);
        machine.Run(3, Group, machine.View<T>(left), machine.View<T>(right), y);
        T[] expected = [.. left.Select((x, i) => TOp.Apply(x, right[i]))];
        return Compare(machine.Read<T>(y), expected, static (x, z, _) => x == z, i => $"{left[i]}, {right[i]}");
    }

    /// <summary>As <see cref="Step"/>, of a question about two numbers.</summary>
    public static string Question<TOp, T>(string ptx, T[] a, T[] b, int count)
        where TOp : struct, IPredicate<TOp>
        where T : unmanaged, INumber<T>
    {
        TOp op = (TOp)FormulaList.Instance(typeof(TOp));
        PtxMachine machine = new(ptx);
        byte[] y = machine.View<byte>(new byte[count]);
        machine.Run(3, Group, machine.View<T>(a.AsSpan(0, count)), machine.View<T>(b.AsSpan(0, count)), y, PtxArgument.Of(op));
        byte[] expected =
        [
            .. Enumerable.Range(0, count).Select(i => Lane<T>.Select(op.Test(new Lane<T>(a[i]), new Lane<T>(b[i])), 1.0, 0.0).Value == T.One
                ? (byte)1 : (byte)0),
        ];
        return Compare(machine.Read<byte>(y), expected, static (x, z, _) => x == z, i => $"{a[i]}, {b[i]}");
    }

    /// <summary>As <see cref="Step"/>, of a step of an optimizer: the parameter and the states, one after the other.</summary>
    public static string Update<TUpdate>(string ptx)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        TUpdate update = (TUpdate)FormulaList.Instance(typeof(TUpdate));
        float[][] operands = [.. FormulaValues.Floats.Select(static operand => operand.ToArray())];
        PtxMachine machine = new(ptx);
        byte[][] views = [.. operands.Select(operand => machine.View<float>(operand))];
        machine.Run(3, Group, [.. views, PtxArgument.Of(update)]);
        for (int i = 0; i < FormulaValues.Count; i++)
        {
            Lane<float>[] x = [.. operands.Select(operand => new Lane<float>(operand[i]))];
            update.Step(ref x[0], x[1], ref x[2], ref x[3], ref x[4]);
            for (int k = 0; k < x.Length; k++)
            {
                operands[k][i] = x[k].Value;
            }
        }

        return string.Concat(Enumerable.Range(0, 5).Where(k => k < 2 + TUpdate.States).Select(k => Compare(
            machine.Read<float>(views[k]), operands[k], static (a, b, _) => SameBits(a, b), i => $"operand {k}, element {i}")));
    }

    public static string Compare<S>(S[] actual, S[] expected, Func<S, S, int, bool> same, Func<int, string> describe)
    {
        int[] wrong = [.. Enumerable.Range(0, actual.Length).Where(i => !same(actual[i], expected[i], i))];
        return wrong.Length == 0
            ? ""
            : $"{wrong.Length} of {actual.Length}, the first {actual[wrong[0]]} instead of {expected[wrong[0]]} of ({describe(wrong[0])})";
    }

    /// <summary>As <see cref="SameBits(float, float)"/>, for <see cref="Compare"/>.</summary>
    public static bool SameBitsAt(float a, float b, int place) => SameBits(a, b);

    public static bool SameBits(float a, float b) =>
        BitConverter.SingleToUInt32Bits(a) == BitConverter.SingleToUInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    public static bool SameBits(double a, double b) =>
        BitConverter.DoubleToUInt64Bits(a) == BitConverter.DoubleToUInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));
}
