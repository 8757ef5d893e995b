namespace DeepLearning.Layers;

/// <summary>g · v / ‖v‖, with norms over all axes but one.</summary>
internal sealed class WeightNormParametrization : Parametrization
{
    private readonly int? _axis;

    public WeightNormParametrization(Tensor weight, int? dim) =>
        _axis = dim is null or -1 ? null : Shape.Axis(dim.Value, weight.Rank, "WeightNorm");

    protected internal override string Kind => "WeightNorm";

    protected internal override string Details => _axis is { } axis ? $"axis {axis}" : "";

    protected internal override Tensor Compute(IReadOnlyList<Tensor> originals)
    {
        DType dtype = originals[1].DType;
        Tensor g = originals[0].To(dtype.Compute()), v = originals[1].To(dtype.Compute());
        return (v * (g / Norm(v))).To(dtype);
    }

    protected internal override IReadOnlyList<Tensor>? RightInverse(Tensor value) =>
        [Norm(value.To(value.DType.Compute())).To(value.DType), value];

    private Tensor Norm(Tensor v) => _axis is not { } axis ? v.Norm()
        : v.Rank == 1 ? v.Abs() : v.Norm(2, [.. Enumerable.Range(0, v.Rank).Where(other => other != axis)], keepDim: true);
}
