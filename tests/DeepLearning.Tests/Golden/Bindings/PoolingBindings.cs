using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class PoolingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["MaxPool1d"] = c => Pool(c, new MaxPool1d(Kernel(c), Stride(c), Of(c, "padding", 0), Of(c, "dilation", 1), Ceil(c))),
        ["MaxPool3d"] = c => Pool(c, new MaxPool3d(Kernel(c), Stride(c), Of(c, "padding", 0), Of(c, "dilation", 1), Ceil(c))),
        ["AvgPool1d"] = c => [new AvgPool1d(
            Kernel(c), Stride(c), Of(c, "padding", 0), Ceil(c), c.Bool("count_include_pad", true)).Forward(c[0])],
        ["AvgPool3d"] = c => [new AvgPool3d(
            Kernel(c), Stride(c), Of(c, "padding", 0), Ceil(c), c.Bool("count_include_pad", true),
            c.Has("divisor_override") ? c.Int("divisor_override") : null).Forward(c[0])],
        ["LPPool1d"] = c => [new LPPool1d(c.Double("norm_type"), Kernel(c), Stride(c), Ceil(c)).Forward(c[0])],
        ["LPPool2d"] = c => [new LPPool2d(c.Double("norm_type"), Kernel(c), Stride(c), Ceil(c)).Forward(c[0])],
        ["LPPool3d"] = c => [new LPPool3d(c.Double("norm_type"), Kernel(c), Stride(c), Ceil(c)).Forward(c[0])],
        ["AdaptiveMaxPool1d"] = c => Adaptive(c, new AdaptiveMaxPool1d(Sizes(c, 1)[0])),
        ["AdaptiveMaxPool2d"] = c => Adaptive(c, new AdaptiveMaxPool2d(Sizes(c, 2)[0], Sizes(c, 2)[1])),
        ["AdaptiveMaxPool3d"] = c => Adaptive(c, new AdaptiveMaxPool3d(Sizes(c, 3)[0], Sizes(c, 3)[1], Sizes(c, 3)[2])),
        ["AdaptiveAvgPool1d"] = c => [new AdaptiveAvgPool1d(Sizes(c, 1)[0]).Forward(c[0])],
        ["AdaptiveAvgPool3d"] = c => [new AdaptiveAvgPool3d(Sizes(c, 3)[0], Sizes(c, 3)[1], Sizes(c, 3)[2]).Forward(c[0])],
        ["MaxUnpool1d"] = c => Unpool(c, new MaxUnpool1d(Kernel(c), Stride(c), Of(c, "padding", 0))),
        ["MaxUnpool2d"] = c => Unpool(c, new MaxUnpool2d(Kernel(c), Stride(c), Of(c, "padding", 0))),
        ["MaxUnpool3d"] = c => Unpool(c, new MaxUnpool3d(Kernel(c), Stride(c), Of(c, "padding", 0))),
        ["FractionalMaxPool2d"] = c => Fractional(c, new FractionalMaxPool2d(Kernel(c), Outputs(c), Ratio(c), c[1])),
        ["FractionalMaxPool3d"] = c => Fractional(c, new FractionalMaxPool3d(Kernel(c), Outputs(c), Ratio(c), c[1])),
        ["GlobalAvgPool"] = c => [new GlobalAvgPool(c.Bool("keepdim")).Forward(c[0])],
        ["GlobalMaxPool"] = c => [new GlobalMaxPool(c.Bool("keepdim")).Forward(c[0])],
    };

    private static Tensor[] Pool(GoldenCall c, MaxPool layer) => Both(c, layer.Forward, layer.ForwardWithIndices);

    private static Tensor[] Adaptive(GoldenCall c, AdaptiveMaxPool layer) => Both(c, layer.Forward, layer.ForwardWithIndices);

    private static Tensor[] Fractional(GoldenCall c, FractionalMaxPool layer)
    {
        Assert.Equal(["_random_samples"], layer.StateDict().Keys);
        return Both(c, layer.Forward, layer.ForwardWithIndices);
    }

    private static Tensor[] Both(GoldenCall c, Func<Tensor, Tensor> plain, Func<Tensor, ValuesAndIndices> withIndices)
    {
        if (!c.Bool("return_indices", false))
        {
            return [plain(c[0])];
        }

        (Tensor values, Tensor indices) = withIndices(c[0]);
        return [values, indices];
    }

    private static Tensor[] Unpool(GoldenCall c, MaxUnpool layer) =>
        [c.Has("output_size") ? layer.Forward(c[0], c[1], c.Ints("output_size")) : layer.Forward(c[0], c[1])];

    private static int?[] Sizes(GoldenCall c, int axes)
    {
        JsonElement size = c.Case.Argument("output_size");
        return size.ValueKind != JsonValueKind.Array
            ? [.. Enumerable.Repeat<int?>(size.GetInt32(), axes)]
            : [.. size.EnumerateArray().Select(static s => s.ValueKind == JsonValueKind.Null ? (int?)null : s.GetInt32())];
    }

    private static bool Ceil(GoldenCall c) => c.Bool("ceil_mode", false);

    private static PerAxis Kernel(GoldenCall c) => Of(c, "kernel_size", 1);

    private static PerAxis? Stride(GoldenCall c) => c.Has("stride") ? Of(c, "stride", 1) : null;

    private static PerAxis? Outputs(GoldenCall c) => c.Has("output_size") ? Of(c, "output_size", 1) : null;

    private static ScalePerAxis? Ratio(GoldenCall c) => !c.Has("output_ratio") ? null : c.Case.Argument("output_ratio") switch
    {
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 2 => (list[0].GetDouble(), list[1].GetDouble()),
        { ValueKind: JsonValueKind.Array } list => (list[0].GetDouble(), list[1].GetDouble(), list[2].GetDouble()),
        JsonElement one => one.GetDouble(),
    };

    private static PerAxis Of(GoldenCall c, string argument, int otherwise) => !c.Has(argument) ? otherwise : c.Ints(argument) switch
    {
        [int height, int width] => (height, width),
        [int depth, int height, int width] => (depth, height, width),
        [int every] => every,
        _ => throw new ArgumentException($"'{argument}' has no or too many numbers."),
    };
}
