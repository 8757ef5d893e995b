namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether any element is not 0, as a zero-dimensional bool tensor.</summary>
    public Tensor Any() => NotEqualTo(0).Sum().NotEqualTo(0);
}
