namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The coordinates of the elements that are not 0, in row-major order: int64 [count, rank].</summary>
    public Tensor NonZero() => Coordinates(this).Transpose(0, 1).Contiguous();

    /// <summary>The coordinates of the elements that are not 0, a vector for each axis: what the indexer takes.</summary>
    public Tensor[] NonZeroAsTuple() => (Rank == 0 ? Coordinates(Reshape(1)) : Coordinates(this)).Unbind();

    private static Tensor Coordinates(Tensor x)
    {
        Tensor mask = (x.DType == DType.Bool ? x.Detach() : x.Detach().NotEqualTo(0)).Contiguous();
        return Recording.Of(new NamedOperation("NonZero"), TruePlaces.Coordinates(mask), mask);
    }
}
