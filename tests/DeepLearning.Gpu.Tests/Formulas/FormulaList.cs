using System.Reflection;
using System.Runtime.CompilerServices;
using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Gpu.Formulas;

/// <summary>Every formula of the library, found by reflection: a new one is tested without a line.</summary>
internal static class FormulaList
{
    private static readonly Type[] s_choices =
    [
        .. typeof(Tensor).Assembly.GetTypes().Where(static type => type.IsValueType && type.IsAssignableTo(typeof(IChoice))),
    ];

    private static readonly Type[] s_types =
    [
        .. typeof(Tensor).Assembly.GetTypes().Where(static type => type.IsValueType).SelectMany(Closed)
            .OrderBy(static type => type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The steps of elementwise kernels: forward, and the gradient of each operand.</summary>
    public static IEnumerable<Type> Steps { get; } =
    [
        .. Of(typeof(IUnaryOp<>)).SelectMany(static op => Make(op, typeof(UnaryStep<>), typeof(UnaryGradient<>))),
        .. Of(typeof(IBinaryOp<>)).SelectMany(static op => Make(
            op, typeof(BinaryStep<>), typeof(BinaryLeftGradient<>), typeof(BinaryRightGradient<>))),
        .. Of(typeof(ITernaryOp<>)).SelectMany(static op => Make(
            op, typeof(TernaryStep<>), typeof(TernaryFirstGradient<>), typeof(TernarySecondGradient<>), typeof(TernaryThirdGradient<>))),
    ];

    public static IEnumerable<Type> Predicates => Of(typeof(IPredicate<>));

    public static IEnumerable<Type> Updates => Of(typeof(IUpdate<>));

    public static IEnumerable<Type> Integers => s_types.Where(static type => type.IsAssignableTo(typeof(IIntegerOp)));

    public static IEnumerable<Type> Reductions => Of(typeof(IReduceOp<>));

    /// <summary>The forward steps of formulas over any number.</summary>
    public static IEnumerable<Type> StepsOfAnyNumber => Steps.Where(static step =>
        (step.GetGenericTypeDefinition() == typeof(UnaryStep<>) || step.GetGenericTypeDefinition() == typeof(BinaryStep<>)
            || step.GetGenericTypeDefinition() == typeof(TernaryStep<>)) && IsOfAnyNumber(step.GetGenericArguments()[0]));

    /// <summary>How a test calls a step: the formula and what of it.</summary>
    public static string NameOf(Type step) => step.IsGenericType
        ? $"{step.Name.Split('`')[0]} of {step.GetGenericArguments()[0].FullName!.Split('.')[^1]}"
        : step.FullName!.Split('.')[^1];

    /// <summary>A formula with numbers in its fields.</summary>
    public static object Instance(Type type)
    {
        object formula = RuntimeHelpers.GetUninitializedObject(type);
        int count = 0;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            double number = 0.7 + (0.6 * count++);
            field.SetValue(formula, field.FieldType switch
            {
                Type t when t == typeof(double) || t == typeof(double?) => number,
                Type t when t == typeof(float) => (float)number,
                Type t when t == typeof(int) => 2,
                Type t when t == typeof(long) => 2L,
                Type t when t == typeof(bool) => true,
                Type t when t.IsEnum => Enum.ToObject(t, 1),
                Type t when t.IsValueType => Instance(t),
                Type t => throw new NotSupportedException($"{type.Name}.{field.Name} is a {t.Name}, which no kernel takes."),
            });
        }

        return formula;
    }

    /// <summary>A type, or of one whose parameters are choices every choice.</summary>
    private static IEnumerable<Type> Closed(Type type)
    {
        if (!type.IsGenericTypeDefinition)
        {
            return [type];
        }

        Type[] parameters = type.GetGenericArguments();
        return parameters.All(static p => p.GetGenericParameterConstraints().Contains(typeof(IChoice)))
            ? Choices(parameters.Length).Select(type.MakeGenericType)
            : [];
    }

    private static IEnumerable<Type[]> Choices(int count) => count == 0
        ? [[]]
        : Choices(count - 1).SelectMany(static rest => s_choices.Select(choice => (Type[])[.. rest, choice]));

    private static bool IsOfAnyNumber(Type op)
    {
        Type formula = op.GetInterfaces().First(static i => i.IsGenericType && i.Name.EndsWith("Op`1", StringComparison.Ordinal));
        string question = formula.GetGenericTypeDefinition() == typeof(IUnaryOp<>) ? nameof(IsUnary)
            : formula.GetGenericTypeDefinition() == typeof(IBinaryOp<>) ? nameof(IsBinary) : nameof(IsTernary);
        return (bool)typeof(FormulaList).GetMethod(question, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(op).Invoke(null, null)!;
    }

    private static bool IsUnary<TOp>()
        where TOp : struct, IUnaryOp<TOp> => TOp.Domain == Domain.AnyNumber;

    private static bool IsBinary<TOp>()
        where TOp : struct, IBinaryOp<TOp> => TOp.Domain == Domain.AnyNumber;

    private static bool IsTernary<TOp>()
        where TOp : struct, ITernaryOp<TOp> => TOp.Domain == Domain.AnyNumber;

    private static IEnumerable<Type> Of(Type definition) => s_types.Where(type => type.GetInterfaces()
        .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == definition && i.GetGenericArguments()[0] == type));

    private static IEnumerable<Type> Make(Type op, params Type[] steps) => steps.Select(step => step.MakeGenericType(op));
}
