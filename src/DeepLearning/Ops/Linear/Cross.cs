namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The cross product of vectors of three elements: a₂b₃ − a₃b₂, a₃b₁ − a₁b₃, a₁b₂ − a₂b₁. Other axes broadcast.</summary>
    /// <param name="other">The other vectors.</param>
    /// <param name="axis">The axis of the three elements; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis has not three elements, or the shapes do not broadcast.</exception>
    public Tensor Cross(Tensor other, int axis = -1)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Cross", this, other);
            return cast.Of(this).Cross(cast.Of(other), axis);
        }

        ArgumentNullException.ThrowIfNull(other);
        int[] shape = Shape.Broadcast(Layout.Lengths, other.Layout.Lengths, "Cross");
        int common = Shape.Axis(axis, shape.Length, "Cross");
        int fromEnd = shape.Length - common;
        if (fromEnd > Rank || fromEnd > other.Rank || Size(-fromEnd) != 3 || other.Size(-fromEnd) != 3)
        {
            throw new ShapeException($"Cross: axis {axis} must have length 3 in both operands, not as in {Shape} and {other.Shape}.");
        }

        DType result = DTypes.Promote(DType, other.DType), compute = result.Compute();
        if (compute != result)
        {
            return To(compute).Cross(other.To(compute), common - shape.Length).To(result);
        }

        // Turned by one place, aᵢ₊₁ meets bᵢ₊₂.
        return (Roll(-1, -fromEnd) * other.Roll(-2, -fromEnd)) - (Roll(-2, -fromEnd) * other.Roll(-1, -fromEnd));
    }
}
