using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class ResamplingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["interpolate"] = c => [c[0].Interpolate(
            Size(c), Factor(c), Mode(c), c.Bool("align_corners", false), c.Bool("recompute_scale_factor", false),
            c.Bool("antialias", false))],
        ["Upsample"] = c => c.Run(new Upsample(
            Size(c), Factor(c), Mode(c), c.Bool("align_corners", false), c.Bool("recompute_scale_factor", false))),
        ["UpsamplingNearest2d"] = c => c.Run(new UpsamplingNearest2d(Size(c), Factor(c))),
        ["UpsamplingBilinear2d"] = c => c.Run(new UpsamplingBilinear2d(Size(c), Factor(c))),
        ["PixelShuffle"] = c => c.Run(new PixelShuffle(c.Int("upscale_factor"))),
        ["PixelUnshuffle"] = c => c.Run(new PixelUnshuffle(c.Int("downscale_factor"))),
        ["ChannelShuffle"] = c => c.Run(new ChannelShuffle(c.Int("groups"))),
        ["grid_sample"] = c => [c[0].GridSample(c[1], Mode(c), PaddingMode(c), c.Bool("align_corners"))],
        ["affine_grid"] = c => [c[0].AffineGrid(c.Ints("size"), c.Bool("align_corners"))],
        ["ReflectionPad1d"] = c => c.Run(new ReflectionPad1d(c.Ints("padding"))),
        ["ReflectionPad2d"] = c => c.Run(new ReflectionPad2d(c.Ints("padding"))),
        ["ReflectionPad3d"] = c => c.Run(new ReflectionPad3d(c.Ints("padding"))),
        ["ReplicationPad1d"] = c => c.Run(new ReplicationPad1d(c.Ints("padding"))),
        ["ReplicationPad2d"] = c => c.Run(new ReplicationPad2d(c.Ints("padding"))),
        ["ReplicationPad3d"] = c => c.Run(new ReplicationPad3d(c.Ints("padding"))),
        ["CircularPad1d"] = c => c.Run(new CircularPad1d(c.Ints("padding"))),
        ["CircularPad2d"] = c => c.Run(new CircularPad2d(c.Ints("padding"))),
        ["CircularPad3d"] = c => c.Run(new CircularPad3d(c.Ints("padding"))),
        ["ZeroPad1d"] = c => c.Run(new ZeroPad1d(c.Ints("padding"))),
        ["ZeroPad2d"] = c => c.Run(new ZeroPad2d(c.Ints("padding"))),
        ["ZeroPad3d"] = c => c.Run(new ZeroPad3d(c.Ints("padding"))),
        ["ConstantPad1d"] = c => c.Run(new ConstantPad1d(c.Ints("padding"), c.Double("value"))),
        ["ConstantPad2d"] = c => c.Run(new ConstantPad2d(c.Ints("padding"), c.Double("value"))),
        ["ConstantPad3d"] = c => c.Run(new ConstantPad3d(c.Ints("padding"), c.Double("value"))),
        ["cosine_similarity"] = c => [c[0].CosineSimilarity(c[1], c.Int("dim", 1), c.Double("eps", 1e-8))],
        ["pairwise_distance"] = c => [c[0].PairwiseDistance(c[1], c.Double("p", 2), c.Double("eps", 1e-6), c.Bool("keepdim", false))],
        ["CosineSimilarity"] = c => [new CosineSimilarity(c.Int("dim"), c.Double("eps")).Forward(c[0], c[1])],
        ["PairwiseDistance"] = c => [new PairwiseDistance(c.Double("p"), keepDim: c.Bool("keepdim")).Forward(c[0], c[1])],
    };

    private static InterpolationMode Mode(GoldenCall c) => c.Text("mode", "nearest") switch
    {
        "nearest" => InterpolationMode.Nearest,
        "nearest-exact" => InterpolationMode.NearestExact,
        "linear" => InterpolationMode.Linear,
        "bilinear" => InterpolationMode.Bilinear,
        "bicubic" => InterpolationMode.Bicubic,
        "trilinear" => InterpolationMode.Trilinear,
        _ => InterpolationMode.Area,
    };

    private static GridPadding PaddingMode(GoldenCall c) => c.Text("padding_mode") switch
    {
        "zeros" => GridPadding.Zeros,
        "border" => GridPadding.Border,
        _ => GridPadding.Reflection,
    };

    private static PerAxis? Size(GoldenCall c) => !c.Has("size") ? null : c.Ints("size") switch
    {
        [int height, int width] => (height, width),
        [int depth, int height, int width] => (depth, height, width),
        int[] one => one[0],
    };

    private static ScalePerAxis? Factor(GoldenCall c) => !c.Has("scale_factor") ? null : c.Case.Argument("scale_factor") switch
    {
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 => list[0].GetDouble(),
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 2 => (list[0].GetDouble(), list[1].GetDouble()),
        { ValueKind: JsonValueKind.Array } list => (list[0].GetDouble(), list[1].GetDouble(), list[2].GetDouble()),
        JsonElement one => one.GetDouble(),
    };
}
