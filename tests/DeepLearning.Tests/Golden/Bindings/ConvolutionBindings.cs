using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class ConvolutionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Conv2d"] = Convolve,
        ["MaxPool2d"] = MaxPool,
        ["AvgPool2d"] = c => [new AvgPool2d(
            Of(c, "kernel_size"), StrideOf(c), Of(c, "padding", 0), c.Bool("ceil_mode", false), c.Bool("count_include_pad", true),
            c.Has("divisor_override") ? c.Int("divisor_override") : null).Forward(c[0])],
        ["AdaptiveAvgPool2d"] = c => [AdaptiveLayer(c).Forward(c[0])],
    };

    private static Tensor[] Convolve(GoldenCall c)
    {
        Padding padding = !c.Has("padding") ? 0
            : c.Case.Argument("padding").ValueKind != JsonValueKind.String ? Of(c, "padding")
            : c.Text("padding") == "same" ? Padding.Same : Padding.Valid;
        PadMode mode = c.Text("padding_mode", "zeros") switch
        {
            "reflect" => PadMode.Reflect,
            "replicate" => PadMode.Replicate,
            "circular" => PadMode.Circular,
            _ => PadMode.Constant,
        };
        Conv2d layer = new(
            c.Int("in_channels"), c.Int("out_channels"), Of(c, "kernel_size"), Of(c, "stride", 1), padding, Of(c, "dilation", 1),
            c.Int("groups", 1), c.Bool("bias", true), mode, DType.Float64);
        c.Load(layer);
        return [layer.Forward(c[0])];
    }

    private static Tensor[] MaxPool(GoldenCall c)
    {
        PerAxis kernel = Of(c, "kernel_size"), padding = Of(c, "padding", 0), dilation = Of(c, "dilation", 1);
        bool ceil = c.Bool("ceil_mode", false);
        if (!c.Bool("return_indices", false))
        {
            return [new MaxPool2d(kernel, StrideOf(c), padding, dilation, ceil).Forward(c[0])];
        }

        (Tensor values, Tensor indices) = c[0].MaxPool2dWithIndices(kernel, StrideOf(c), padding, dilation, ceil);
        return [values, indices];
    }

    private static AdaptiveAvgPool2d AdaptiveLayer(GoldenCall c)
    {
        JsonElement size = c.Case.Argument("output_size");
        return size.ValueKind == JsonValueKind.Array ? new AdaptiveAvgPool2d(Length(size[0]), Length(size[1])) : new(size.GetInt32());
    }

    private static int? Length(JsonElement size) => size.ValueKind == JsonValueKind.Null ? null : size.GetInt32();

    private static PerAxis? StrideOf(GoldenCall c) => c.Has("stride") ? Of(c, "stride") : null;

    private static PerAxis Of(GoldenCall c, string argument, int otherwise) => c.Has(argument) ? Of(c, argument) : otherwise;

    private static PerAxis Of(GoldenCall c, string argument) =>
        c.Ints(argument) is [int height, int width] ? (height, width) : c.Int(argument);
}
