using System.Text.Json;

namespace DeepLearning.Tests.Golden;

internal static class IndexingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["index"] = c => [c[0][Indices(c, c[1..])]],
        ["index_put"] = c => [Put(c[0] * 2, Indices(c, c[2..]), c[1])],
        ["index_put_number"] = c => [Put(c[0] * 2, Indices(c, c[1..]), c.Double("value"))],
        ["index_put_"] = c => [(c[0] * 2).IndexPutInPlace([c[2], c[3]], c[1], c.Bool("accumulate"))],
        ["gather"] = c => [c[0].Gather(c.Int("dim"), c[1])],
        ["scatter"] = c => [c[0].Scatter(c.Int("dim"), c[1], c[2])],
        ["scatter_number"] = c => [c[0].Scatter(c.Int("dim"), c[1], c.Scalar("value"))],
        ["scatter_add"] = c => [c[0].ScatterAdd(c.Int("dim"), c[1], c[2])],
        ["scatter_reduce"] = c => [c[0].ScatterReduce(
            c.Int("dim"), c[1], c[2], Enum.Parse<ScatterReduction>(c.Text("reduce"), ignoreCase: true), c.Bool("include_self"))],
        ["take_along_dim"] = c => [c[0].TakeAlongDim(c[1], c.Int("dim"))],
        ["index_select"] = c => [c[0].IndexSelect(c.Int("dim"), c[1])],
        ["index_add"] = c => [c[0].IndexAdd(c.Int("dim"), c[1], c[2], c.Scalar("alpha"))],
        ["index_copy"] = c => [c[0].IndexCopy(c.Int("dim"), c[1], c[2])],
        ["index_fill"] = c => [c[0].IndexFill(c.Int("dim"), c[1], c.Scalar("value"))],
        ["masked_fill"] = c => [c[0].MaskedFill(c[1], c.Scalar("value"))],
        ["masked_fill_tensor"] = c => [c[0].MaskedFill(c[1], c[2])],
        ["masked_select"] = c => [c[0].MaskedSelect(c[1])],
        ["masked_scatter"] = c => [c[0].MaskedScatter(c[1], c[2])],
        ["take"] = c => [c[0].Take(c[1])],
        ["nonzero"] = c => [c[0].NonZero()],
        ["one_hot"] = c => [c[0].OneHot(c.Int("num_classes"))],
        ["embedding"] = c => [Tensor.Embedding(c[0], c[1], c.Has("padding_idx") ? c.Int("padding_idx") : null)],
    };

    private static Tensor Put(Tensor x, TensorIndex?[] indices, Tensor values)
    {
        x[indices] = values;
        return x;
    }

    /// <summary>The index as Python wrote it: numbers, slices, "...", null, and "$k" for the k-th tensor.</summary>
    public static TensorIndex?[] Indices(GoldenCall c, Tensor[] tensors) =>
        [.. c.Case.Argument("index").EnumerateArray().Select(json => Index(json, tensors))];

    private static TensorIndex? Index(JsonElement json, Tensor[] tensors) => json.ValueKind switch
    {
        JsonValueKind.Null => TensorIndex.NewAxis,
        JsonValueKind.Number => json.GetInt32(),
        JsonValueKind.String when json.GetString() is { } text && text[0] == '$' => tensors[text[1] - '0'],
        JsonValueKind.String => TensorIndex.Ellipsis,
        _ => Slice([.. json.GetProperty("slice").EnumerateArray().Select(Part)]),
    };

    private static int? Part(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetInt32();

    private static TensorIndex Slice(int?[] parts) => TensorIndex.Slice(parts[0], parts[1], parts[2] ?? 1);
}
