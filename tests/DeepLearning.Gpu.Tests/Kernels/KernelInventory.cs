using System.Reflection;
using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>
/// Every kernel of the package, found by reflection and closed over types that fit: a new kernel is in it without a line, and one that no
/// type fits is an error.
/// </summary>
internal static class KernelInventory
{
    /// <summary>What a type parameter of a name may be; the first that the constraints allow is taken.</summary>
    private static readonly Dictionary<string, Type[]> s_types = new()
    {
        ["S"] = [typeof(float), typeof(uint), typeof(double)],
        ["R"] = [typeof(GpuFloat), typeof(GpuDouble)],
        ["TElement"] = [typeof(Float32Element), typeof(ComputedFloat), typeof(Float64Element)],
        ["TGroup"] = [typeof(Team256), typeof(Group256)],
        ["TOp"] = [typeof(SiluOp), typeof(SubtractOp), typeof(SumOp), FormulaList.Predicates.First(), typeof(BitwiseAndOp)],
        ["TTile"] = [typeof(AttentionTile16), typeof(Tile128x128)],
        ["TCore"] = [typeof(Tf32Core)],
        ["TA"] = [typeof(StridedOperand<float, AlongDepth>)],
        ["TB"] = [typeof(StridedOperand<float, AlongSide>)],
        ["TY"] = [typeof(DenseResult)],
        ["TOut"] = [typeof(Float32Element)],
        ["O"] = [typeof(float)],
        ["TPart"] = [typeof(Float32Element)],
        ["P"] = [typeof(float)],
        ["TChain"] = [typeof(BinaryLink<MultiplyOp, UnaryLink<SiluOp, ChainEnd>>)],
        ["TStep"] = [typeof(BinaryStep<AddOp>)],
        ["TUpdate"] = [FormulaList.Updates.First()],
        ["TStateElement"] = [typeof(Float32Element)],
        ["TState"] = [typeof(float), typeof(double)],
        ["TScan"] = [typeof(FloatSumScan)],
        ["TKey"] = [typeof(Float32Key)],
        ["E"] = [typeof(ulong)],
        ["TEntry"] = [typeof(NarrowEntry)],
        ["TOrder"] = [typeof(Greatest)],
        ["TForm"] = [typeof(SoftmaxForm)],
        ["TDraw"] = [typeof(UniformFloatDraw), typeof(UniformDoubleDraw)],
        ["TStore"] = [typeof(Float32Element), typeof(Float64Element)],
        ["T"] = [typeof(float), typeof(int)],
        ["TSource"] = [typeof(Float32Element)],
        ["A"] = [typeof(float)],
        ["TTarget"] = [typeof(Float32Element)],
        ["B"] = [typeof(float)],
        ["TNumber"] = [typeof(SingleNumber)],
        ["TLoad"] = [typeof(WideFloat32)],
        ["TFill"] = [typeof(LinearDoubleFill)],
        ["TWide"] = [typeof(ComputedFloat)],
        ["W"] = [typeof(float)],
        ["RW"] = [typeof(GpuFloat)],
    };

    public static IReadOnlyList<MethodInfo> All { get; } = [.. Open().Select(Closed), .. Convolutions()];

    public static string NameOf(MethodInfo kernel) => $"{kernel.DeclaringType!.Name}.{kernel.Name}"
        + (Array.Exists(kernel.GetGenericArguments(), static type => type.Name is "WindowsOperand`1" or "TapsOperand`1")
            ? " of images"
            : "");

    private static IEnumerable<MethodInfo> Open() => typeof(GemmKernels).Assembly.GetTypes()
        .Where(static type => type.Name.EndsWith("Kernels", StringComparison.Ordinal) && type.Namespace == typeof(GemmKernels).Namespace)
        .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(static method => method.ReturnType == typeof(void)
            && (method.MethodImplementationFlags & MethodImplAttributes.AggressiveInlining) == 0
            && method.GetParameters().Any(static one => one.ParameterType.Name.StartsWith("ArrayView`", StringComparison.Ordinal)));

    private static MethodInfo Closed(MethodInfo kernel)
    {
        if (!kernel.IsGenericMethodDefinition)
        {
            return kernel;
        }

        Type[] parameters = kernel.GetGenericArguments();
        Type[][] candidates = [.. parameters.Select(parameter => s_types[parameter.Name])];
        int combinations = candidates.Aggregate(1, static (product, list) => product * list.Length);
        for (int i = 0; i < combinations; i++)
        {
            int rest = i;
            Type[] chosen = new Type[candidates.Length];
            for (int k = 0; k < chosen.Length; k++)
            {
                chosen[k] = candidates[k][rest % candidates[k].Length];
                rest /= candidates[k].Length;
            }

            try
            {
                return kernel.MakeGenericMethod(chosen);
            }
            catch (ArgumentException)
            {
                // These do not go together.
            }
        }

        throw new InvalidOperationException($"{NameOf(kernel)}: no types of the inventory fit it.");
    }

    /// <summary>The operands and results of convolutions, which are types of the same kernels.</summary>
    private static IEnumerable<MethodInfo> Convolutions()
    {
        Type[] rest =
        [
            typeof(Tile128x128), typeof(Float32Element), typeof(float), typeof(Float32Element), typeof(float), typeof(GpuFloat),
        ];
        foreach (Type[] operands in (Type[][])
            [
                [typeof(StridedOperand<float, AlongDepth>), typeof(WindowsOperand<float>), typeof(ImagesResult)],
                [typeof(ImagesOperand<float>), typeof(TapsOperand<float>), typeof(DenseResult)],
                [
                    typeof(StridedOperand<float, AlongDepth>), typeof(WindowsOperand<float>),
                    typeof(ChainedResult<ImagesResult, BinaryLink<AddOp, ChainEnd>>),
                ],
            ])
        {
            yield return FormulaRun.Kernel(typeof(GemmKernels), nameof(GemmKernels.Tiled), [.. rest, .. operands]);
            yield return FormulaRun.Kernel(
                typeof(TensorKernels), nameof(TensorKernels.Tiled),
                [typeof(BFloat16Core), typeof(ushort), typeof(Float32Element), typeof(float), typeof(GpuFloat),
                    .. operands.Select(static operand => operand.IsGenericType && operand.GetGenericArguments() is [_, ..]
                        && operand.GetGenericArguments()[0] == typeof(float)
                        ? operand.GetGenericTypeDefinition().MakeGenericType([typeof(ushort), .. operand.GetGenericArguments()[1..]])
                        : operand)]);
        }
    }
}
