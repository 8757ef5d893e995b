using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DeepLearning.Backends;
using DeepLearning.Backends.Cpu;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>
/// With .NET's default settings the compiler inlines a kernel into whatever calls it often, and runs out of its budget for inlining there
/// ("How a kernel begins" in docs/performance.md). These tests hold every kernel to the rule that prevents it.
/// </summary>
public class KernelBarrierTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private const MethodImplAttributes Decided = MethodImplAttributes.NoInlining | MethodImplAttributes.AggressiveInlining;

    private static readonly Type[] _vectors =
    [
        typeof(Vector<>), typeof(Vector128<>), typeof(Vector256<>), typeof(Vector512<>), typeof(Lanes128<>),
        typeof(Lanes256<>), typeof(Lanes512<>),
    ];

    [Fact]
    public void Every_job_is_compiled_apart_from_the_workers_that_run_it()
    {
        Type[] jobs = [.. KernelTypes().Where(static type => typeof(IJob).IsAssignableFrom(type))];
        string[] missing =
        [
            .. jobs.Select(static type => type.GetMethod(nameof(IJob.Execute), Declared)!)
                .Where(static method => (method.MethodImplementationFlags & MethodImplAttributes.NoInlining) == 0)
                .Select(NameOf),
        ];

        Assert.True(jobs.Length >= 20, $"Only {jobs.Length} jobs were found.");
        Assert.True(missing.Length == 0, $"[MethodImpl(MethodImplOptions.NoInlining)] is missing on: {string.Join("; ", missing)}");
    }

    [Fact]
    public void Whatever_handles_vectors_is_either_a_kernel_or_a_piece_of_one()
    {
        MethodInfo[] methods = [.. KernelTypes().SelectMany(static type => type.GetMethods(Declared)).Where(IsOverVectors)];
        string[] undecided =
        [
            .. methods.Where(static method => (method.MethodImplementationFlags & Decided) == 0).Select(NameOf)
                .Order(StringComparer.Ordinal),
        ];

        Assert.Contains(methods, static method => method.DeclaringType == typeof(ElementKernel<,>) && method.Name == "Loop");
        Assert.Contains(methods, static method => method.DeclaringType == typeof(GemmTile<,,,>));
        Assert.Contains(methods, static method => method.DeclaringType == typeof(HalfConversion));
        Assert.True(
            undecided.Length == 0,
            "A method that loops over vectors carries [MethodImpl(MethodImplOptions.NoInlining)], one that is a piece of such a loop "
                + $"AggressiveInlining; neither is on: {string.Join("; ", undecided)}");
    }

    [Fact]
    public void A_loop_over_elements_does_not_become_a_part_of_its_caller()
    {
        MethodInfo loop = typeof(ElementKernel<,>).GetMethods(Declared)
            .Single(static method => method.Name == "Loop" && method.GetGenericArguments().Length == 2);
        MethodInfo update = typeof(UpdateJob<,>).GetMethods(Declared).Single(static method => method.Name == "Loop");
        MethodInfo reduction = typeof(RunReduction<,>).GetMethods(Declared)
            .Single(static method => method.Name == "Run" && method.IsGenericMethodDefinition);
        Assert.All([loop, update, reduction], static method => Assert.Equal(
            MethodImplAttributes.NoInlining, method.MethodImplementationFlags & Decided));
    }

    private static IEnumerable<Type> KernelTypes() =>
        typeof(IJob).Assembly.GetTypes().Where(static type => type.Namespace == typeof(CpuBackend).Namespace && !type.IsInterface);

    /// <summary>Whether the vectors' width is a type parameter, or a vector is a parameter, a result or a variable.</summary>
    private static bool IsOverVectors(MethodInfo method) =>
        !method.IsAbstract && !method.IsSpecialName && !method.Name.Contains('.', StringComparison.Ordinal)
        && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && (method.DeclaringType!.GetGenericArguments().Any(IsWidth) || method.GetGenericArguments().Any(IsWidth)
            || IsVector(method.ReturnType) || method.GetParameters().Any(static parameter => IsVector(parameter.ParameterType))
            || method.GetMethodBody()?.LocalVariables.Any(static variable => IsVector(variable.LocalType)) == true);

    private static bool IsWidth(Type parameter) => parameter.IsGenericParameter && parameter.GetGenericParameterConstraints()
        .Any(static constraint => constraint.IsGenericType
            && (constraint.GetGenericTypeDefinition() == typeof(ILanes<,>) || constraint.GetGenericTypeDefinition() == typeof(ISimd<,>)));

    private static bool IsVector(Type type)
    {
        Type element = type.HasElementType ? type.GetElementType()! : type;
        return element.IsGenericType && _vectors.Contains(element.GetGenericTypeDefinition());
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
}
