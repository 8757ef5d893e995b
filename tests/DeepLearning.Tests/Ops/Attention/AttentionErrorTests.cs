namespace DeepLearning.Tests.Ops.Attention;

/// <summary>What does not fit is said by name, before anything is computed.</summary>
public class AttentionErrorTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "rank", "need the axes [.., length, width]" },
        { "width", "a key [4, 6] does not fit a query [3, 5]; its last axis must have length 5" },
        { "length", "a value [5, 5] does not fit a key [4, 5]; it must be [.., 4, width]" },
        { "batch", "the axes before the last two of query [2, 3, 5], key [3, 4, 5] and value [3, 4, 5] do not broadcast" },
        { "mask", "an attnMask [3, 5] does not broadcast to the products [3, 4]" },
        { "mask of more axes", "an attnMask [2, 3, 4] does not broadcast to the products [3, 4]" },
        { "groups", "the 2 heads of a key [2, 4, 5] do not divide the 3 heads of the query [3, 4, 5]" },
        { "no heads", "the axes [.., heads, length, width]" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_shape_that_does_not_fit_is_refused_with_what_would(string what, string part)
    {
        ShapeException error = Assert.Throws<ShapeException>(() => _ = what switch
        {
            "rank" => Attend(Tensor.Zeros(5), Tensor.Zeros(4, 5), Tensor.Zeros(4, 5)),
            "width" => Attend(Tensor.Zeros(3, 5), Tensor.Zeros(4, 6), Tensor.Zeros(4, 5)),
            "length" => Attend(Tensor.Zeros(3, 5), Tensor.Zeros(4, 5), Tensor.Zeros(5, 5)),
            "batch" => Attend(Tensor.Zeros(2, 3, 5), Tensor.Zeros(3, 4, 5), Tensor.Zeros(3, 4, 5)),
            "mask" => Attend(Tensor.Zeros(3, 5), Tensor.Zeros(4, 5), Tensor.Zeros(4, 5), Tensor.Zeros(3, 5)),
            "mask of more axes" => Attend(Tensor.Zeros(3, 5), Tensor.Zeros(4, 5), Tensor.Zeros(4, 5), Tensor.Zeros(2, 3, 4)),
            "groups" => Attend(Tensor.Zeros(3, 4, 5), Tensor.Zeros(2, 4, 5), Tensor.Zeros(2, 4, 5), groups: true),
            _ => Attend(Tensor.Zeros(4, 5), Tensor.Zeros(4, 5), Tensor.Zeros(4, 5), groups: true),
        });
        Assert.StartsWith("ScaledDotProductAttention: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_do_not_fit_are_refused()
    {
        Tensor x = Tensor.Zeros(3, 5);
        Assert.Throws<DTypeException>(() => Attend(x, x.To(DType.Float64), x));
        Assert.Throws<DTypeException>(() => Attend(x.To(DType.Int64), x.To(DType.Int64), x.To(DType.Int64)));
        Assert.Throws<DTypeException>(() => Attend(x, x, x, Tensor.Zeros([3, 3], DType.Int64)));
        Assert.Throws<DTypeException>(() => Attend(x, x, x, Tensor.Zeros([3, 3], DType.Float64)));
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        Tensor x = Tensor.Zeros(3, 5);
        Assert.Throws<ArgumentException>(() => Tensor.ScaledDotProductAttention(x, x, x, Tensor.Zeros(3, 3), isCausal: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.ScaledDotProductAttention(x, x, x, dropoutP: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.ScaledDotProductAttention(x, x, x, dropoutP: double.NaN));
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask = null, bool groups = false) =>
        Tensor.ScaledDotProductAttention(q, k, v, mask, enableGqa: groups);
}
