using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class SpatialConvolutionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Conv1d"] = c => c.Run(new Conv1d(
            In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), PaddingOf(c), Of(c, "dilation", 1), c.Int("groups", 1),
            c.Bool("bias", true), Mode(c), DType.Float64)),
        ["Conv3d"] = c => c.Run(new Conv3d(
            In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), PaddingOf(c), Of(c, "dilation", 1), c.Int("groups", 1),
            c.Bool("bias", true), Mode(c), DType.Float64)),
        ["ConvTranspose1d"] = c => c.Run(Transposed1d(c)),
        ["ConvTranspose2d"] = c => c.Run(Transposed2d(c)),
        ["ConvTranspose3d"] = c => c.Run(Transposed3d(c)),
        ["ConvTranspose1d.output_size"] = c => Sized(c, Transposed1d(c)),
        ["ConvTranspose2d.output_size"] = c => Sized(c, Transposed2d(c)),
        ["ConvTranspose3d.output_size"] = c => Sized(c, Transposed3d(c)),
        ["SeparableConv1d"] = c => c.Run(new SeparableConv1d(
            In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), PaddingOf(c), Of(c, "dilation", 1), c.Int("depth_multiplier", 1),
            c.Bool("bias", true), dtype: DType.Float64)),
        ["SeparableConv2d"] = c => c.Run(new SeparableConv2d(
            In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), PaddingOf(c), Of(c, "dilation", 1), c.Int("depth_multiplier", 1),
            c.Bool("bias", true), dtype: DType.Float64)),
        ["LocallyConnected1d"] = c => c.Run(new LocallyConnected1d(
            In(c), Out(c), Of(c, "input_size"), Of(c, "kernel_size"), Of(c, "stride", 1), Of(c, "padding", 0), Of(c, "dilation", 1),
            c.Bool("bias", true), DType.Float64)),
        ["LocallyConnected2d"] = c => c.Run(new LocallyConnected2d(
            In(c), Out(c), Of(c, "input_size"), Of(c, "kernel_size"), Of(c, "stride", 1), Of(c, "padding", 0), Of(c, "dilation", 1),
            c.Bool("bias", true), DType.Float64)),
        ["Unfold"] = c => c.Run(new Unfold(Of(c, "kernel_size"), Of(c, "dilation", 1), Of(c, "padding", 0), Of(c, "stride", 1))),
        ["Fold"] = c => c.Run(
            new Fold(Of(c, "output_size"), Of(c, "kernel_size"), Of(c, "dilation", 1), Of(c, "padding", 0), Of(c, "stride", 1))),
    };

    private static ConvTranspose1d Transposed1d(GoldenCall c) => new(
        In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), Of(c, "padding", 0), Of(c, "output_padding", 0), c.Int("groups", 1),
        c.Bool("bias", true), Of(c, "dilation", 1), DType.Float64);

    private static ConvTranspose2d Transposed2d(GoldenCall c) => new(
        In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), Of(c, "padding", 0), Of(c, "output_padding", 0), c.Int("groups", 1),
        c.Bool("bias", true), Of(c, "dilation", 1), DType.Float64);

    private static ConvTranspose3d Transposed3d(GoldenCall c) => new(
        In(c), Out(c), Of(c, "kernel_size"), Of(c, "stride", 1), Of(c, "padding", 0), Of(c, "output_padding", 0), c.Int("groups", 1),
        c.Bool("bias", true), Of(c, "dilation", 1), DType.Float64);

    private static Tensor[] Sized(GoldenCall c, TransposedConvolutionLayer layer)
    {
        c.Load(layer);
        return [layer.Forward(c[0], Of(c, "output_size"))];
    }

    private static int In(GoldenCall c) => c.Int("in_channels");

    private static int Out(GoldenCall c) => c.Int("out_channels");

    private static Padding PaddingOf(GoldenCall c) => !c.Has("padding") ? 0
        : c.Case.Argument("padding").ValueKind != JsonValueKind.String ? Of(c, "padding")
        : c.Text("padding") == "same" ? Padding.Same : Padding.Valid;

    private static PadMode Mode(GoldenCall c) => c.Text("padding_mode", "zeros") switch
    {
        "reflect" => PadMode.Reflect,
        "replicate" => PadMode.Replicate,
        "circular" => PadMode.Circular,
        _ => PadMode.Constant,
    };

    private static PerAxis Of(GoldenCall c, string argument, int otherwise) => c.Has(argument) ? Of(c, argument) : otherwise;

    private static PerAxis Of(GoldenCall c, string argument) => c.Ints(argument) switch
    {
        [int one] => one,
        [int height, int width] => (height, width),
        [int depth, int height, int width] => (depth, height, width),
        int[] numbers => throw new ArgumentException($"{argument} has {numbers.Length} numbers."),
    };
}
