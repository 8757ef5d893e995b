namespace DeepLearning;

/// <summary>
/// Attention whose keys and values have fewer heads than its queries: the queries' heads are seen as [groups, heads of a group], along
/// which keys and values broadcast.
/// </summary>
internal static class GroupedAttention
{
    public static Tensor Run(
        Tensor query, Tensor key, Tensor value, Tensor? mask, double dropout, bool isCausal, double? scale, Generator? generator)
    {
        int heads = query.Size(-3), groups = key.Size(-3);
        if (groups != value.Size(-3))
        {
            // Keys and values are shared by different groups of queries: no one axis is both.
            (key, value, groups) = (key.RepeatInterleave(heads / groups, -3), value.RepeatInterleave(heads / value.Size(-3), -3), heads);
        }

        if (groups == heads)
        {
            return Tensor.ScaledDotProductAttention(query, key, value, mask, dropout, isCausal, scale, generator: generator);
        }

        Tensor q = query.Unflatten(query.Rank - 3, groups, heads / groups);
        Tensor? grouped = mask is null || mask.Rank < 3 ? mask
            : mask.Size(-3) == 1 ? mask.Unsqueeze(-3)
            : mask.Unflatten(mask.Rank - 3, groups, heads / groups);
        return Tensor.ScaledDotProductAttention(
            q, key.Unsqueeze(-3), value.Unsqueeze(-3), grouped, dropout, isCausal, scale, generator: generator).Flatten(-4, -3);
    }
}
