using System.Reflection;
using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>Every operation <c>XInPlace</c> gives the values and the derivatives of <c>X</c>.</summary>
[Trait("Rerun", "Simd")]
public class InPlaceTests
{
    private const string Suffix = "InPlace";

    private static readonly Tensor s_places = Tensor.From([2L, 0L]);
    private static readonly Tensor s_grid = Tensor.From([1L, 0L, 2L, 1L], 2, 2);
    private static readonly Tensor s_mask = Tensor.From([true, false, true, false, true, true], 2, 3);

    // What takes positions, masks or spans is called here; the others are found by reflection.
    private static readonly Dictionary<string, Written> s_written = new()
    {
        ["IndexAdd"] = new((x, y) => x.IndexAdd(1, s_places, y, 0.7), (x, y) => x.IndexAddInPlace(1, s_places, y, 0.7), [2, 2]),
        ["IndexCopy"] = new((x, y) => x.IndexCopy(1, s_places, y), (x, y) => x.IndexCopyInPlace(1, s_places, y), [2, 2]),
        ["IndexFill"] = new((x, y) => x.IndexFill(1, s_places, 2) + y, (x, y) => x.IndexFillInPlace(1, s_places, 2) + y, []),
        ["IndexPut"] = new((x, y) => x.IndexPut([1, 0..2], y), (x, y) => x.IndexPutInPlace([1, 0..2], y), [2]),
        ["MaskedFill"] = new((x, y) => x.MaskedFill(s_mask, y), (x, y) => x.MaskedFillInPlace(s_mask, y), []),
        ["MaskedScatter"] = new((x, y) => x.MaskedScatter(s_mask, y), (x, y) => x.MaskedScatterInPlace(s_mask, y), [5]),
        ["Scatter"] = new((x, y) => x.Scatter(1, s_grid, y), (x, y) => x.ScatterInPlace(1, s_grid, y), [2, 2]),
        ["ScatterAdd"] = new((x, y) => x.ScatterAdd(1, s_grid, y), (x, y) => x.ScatterAddInPlace(1, s_grid, y), [2, 2]),
        ["set_Part"] = new((x, y) => x.IndexPut([1, 0..2], y), SetPart, [2]),
    };

    public static TheoryData<string> Names() => [.. Found().Select(static m => m.ToString()!), .. s_written.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_in_place_has_the_value_and_the_derivatives_of_the_one_that_makes_a_new_tensor(string name)
    {
        (Func<Tensor[], Tensor> plain, Func<Tensor[], Tensor> inPlace, Tensor[] inputs) = Pair(name);
        Assert.Equal(plain(inputs).ToArray<double>(), inPlace(inputs).ToArray<double>());
        GradCheck.First(inPlace, inputs);
        GradCheck.Second(inPlace, inputs);
        Tensor[] views = [.. inputs.Select(static x => x.Rank < 2 ? x : x.Detach().T.Contiguous().T)];
        foreach (Tensor view in views)
        {
            view.RequiresGrad = true;
        }

        GradCheck.First(inPlace, views);
    }

    [Theory]
    [InlineData(DType.Float32, DType.Float64)]
    [InlineData(DType.Float64, DType.Float32)]
    [InlineData(DType.Float16, DType.Float32)]
    [InlineData(DType.BFloat16, DType.Float64)]
    [InlineData(DType.Float16, DType.BFloat16)]
    public void An_operand_of_another_type_gets_its_gradient_in_its_own(DType target, DType operand)
    {
        (Action<Tensor, Tensor> Write, double[] OfTarget, double[] OfOperand)[] operations =
        [
            (static (x, y) => x.MultiplyInPlace(y), [3, 4], [1, 2]),
            (static (x, y) => x.AddInPlace(y), [1, 1], [1, 1]),
            (static (x, y) => x.LerpInPlace(y, 0.5), [0.5, 0.5], [0.5, 0.5]),
            (static (x, y) => x.AddCMulInPlace(y, y), [1, 1], [6, 8]),
            (static (x, y) => x.CopyFrom(y), [0, 0], [1, 1]),
        ];
        foreach ((Action<Tensor, Tensor> write, double[] ofTarget, double[] ofOperand) in operations)
        {
            Tensor x = Tensor.From([1.0, 2]).To(target), y = Tensor.From([3.0, 4]).To(operand);
            (x.RequiresGrad, y.RequiresGrad) = (true, true);
            Tensor written = x * 1;
            write(written, y);
            Assert.Equal(target, written.DType);
            written.RetainGrad();
            Tensor?[] found = Autograd.GradOrNull([written.Sum()], [x, y], []);
            Assert.Equal(ofTarget, found[0]?.To(DType.Float64).ToArray<double>() ?? [0, 0]);
            Assert.Equal(ofOperand, found[1]!.To(DType.Float64).ToArray<double>());
            Assert.Equal((target, operand, target), (found[0]?.DType ?? target, found[1]!.DType, written.Grad!.DType));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_in_place_has_the_same_value_in_every_type_that_holds_it(string name)
    {
        (Func<Tensor[], Tensor> plain, Func<Tensor[], Tensor> inPlace, Tensor[] inputs) = Pair(name);
        foreach (DType dtype in Enum.GetValues<DType>())
        {
            Tensor[] own = [.. inputs.Select(x => x.Detach().To(dtype))];
            Tensor wanted;
            try
            {
                wanted = plain(own);
            }
            catch (Exception e) when ((e.InnerException ?? e) is DTypeException or ArgumentException or DivideByZeroException)
            {
                continue;
            }

            if (wanted.DType == dtype)
            {
                Assert.Equal(wanted.ToArray<double>(), inPlace(own).ToArray<double>());
            }
        }
    }

    private static (Func<Tensor[], Tensor> Plain, Func<Tensor[], Tensor> InPlace, Tensor[] Inputs) Pair(string name)
    {
        if (s_written.TryGetValue(name, out Written? written))
        {
            return (
                x => written.Plain(x[0], x[1]), x => written.InPlace(Copy(x[0]), x[1]),
                [Input(Draw.Real, [2, 3], 0), Input(Draw.Real, written.Other, 1)]);
        }

        MethodInfo inPlace = Found().Single(m => m.ToString() == name);
        ParameterInfo[] parameters = inPlace.GetParameters();
        string member = inPlace.Name[..^Suffix.Length];
        MethodInfo plain = typeof(Tensor).GetMethod(member, [.. parameters.Select(static p => p.ParameterType)])!;
        int tensors = parameters.Count(static p => p.ParameterType == typeof(Tensor));
        SweepRow? row = GradientSweepTests.Rows.FirstOrDefault(r => r.Member == member && r.Inputs.Length == tensors + 1);
        // Where the sweep has no row of as many inputs, the domain of the first will do.
        row ??= GradientSweepTests.Rows.FirstOrDefault(r => r.Member == member);
        Draw DrawOf(int k) => row is null ? Draw.Real : row.Inputs[Math.Min(k, row.Inputs.Length - 1)].From;
        Tensor[] inputs = [.. Enumerable.Range(0, tensors + 1).Select(k => Input(DrawOf(k), k == 1 ? [3] : [2, 3], k))];
        return (x => Call(plain, x[0], x), x => Call(inPlace, Copy(x[0]), x), inputs);
    }

    private static Tensor Call(MethodInfo method, Tensor self, Tensor[] inputs)
    {
        int next = 1;
        object?[] arguments = [.. method.GetParameters().Select(p =>
            p.ParameterType == typeof(Tensor) ? inputs[next++] : p.HasDefaultValue ? DefaultOf(p) : Number(p.ParameterType))];
        return (Tensor)method.Invoke(self, arguments)!;
    }

    // A limit left out would make Clamp refuse both.
    private static object? DefaultOf(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(Scalar?) ? (Scalar)(parameter.Name == "min" ? -1.0 : 1.5) : parameter.DefaultValue;

    private static object Number(Type type)
    {
        if (type == typeof(Scalar))
        {
            return (Scalar)1.5;
        }

        return type == typeof(int) ? 1 : (object)0.3;
    }

    private static Tensor SetPart(Tensor x, Tensor y)
    {
        x[1, 0..2] = y;
        return x;
    }

    private static Tensor Copy(Tensor x) => x.Clone();

    private static Tensor Input(Draw from, int[] shape, int seed)
    {
        Tensor x = Tensor.From(SweepInputs.Numbers(from, shape.Aggregate(1, static (a, b) => a * b), seed), shape);
        x.RequiresGrad = true;
        return x;
    }

    private static IEnumerable<MethodInfo> Found() => typeof(Tensor)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(static m => m.Name.EndsWith(Suffix, StringComparison.Ordinal) && !m.IsGenericMethod
            && m.Name[..^Suffix.Length] is var plain && !s_written.ContainsKey(plain) && !SweepExceptions.IsInteger(plain)
            && typeof(Tensor).GetMethod(plain, [.. m.GetParameters().Select(static p => p.ParameterType)]) is not null);

    private sealed record Written(Func<Tensor, Tensor, Tensor> Plain, Func<Tensor, Tensor, Tensor> InPlace, int[] Other);
}
