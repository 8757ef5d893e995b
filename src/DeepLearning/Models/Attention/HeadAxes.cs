namespace DeepLearning.Models;

/// <summary>The heads of an attention: between [batch, length, heads · width] and [batch, heads, length, width].</summary>
internal static class HeadAxes
{
    public static Tensor Split(Tensor x, int heads) => x.Unflatten(-1, heads, x.Size(-1) / heads).Transpose(1, 2);

    public static Tensor Join(Tensor x) => x.Transpose(1, 2).Flatten(2, 3);
}
