namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Whether another tensor has the same shape and equal elements; a NaN equals nothing. Types may differ.</summary>
    /// <param name="other">The other tensor.</param>
    public bool Equal(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Layout.SameShape(other.Layout) && !NotEqualTo(other).Any().Item<bool>();
    }
}
