namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The only element as a float64 number: <c>(double)loss</c> is <c>loss.Item&lt;double&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator double(Tensor tensor) => Only<double>(tensor, "(double)");

    /// <summary>The only element as a float32 number: <c>(float)loss</c> is <c>loss.Item&lt;float&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator float(Tensor tensor) => Only<float>(tensor, "(float)");

    /// <summary>The only element as a float16 number: <c>(Half)loss</c> is <c>loss.Item&lt;Half&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator Half(Tensor tensor) => Only<Half>(tensor, "(Half)");

    /// <summary>The only element as a bfloat16 number: <c>(BFloat16)loss</c> is <c>loss.Item&lt;BFloat16&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator BFloat16(Tensor tensor) => Only<BFloat16>(tensor, "(BFloat16)");

    /// <summary>The only element as a int64 number: <c>(long)loss</c> is <c>loss.Item&lt;long&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator long(Tensor tensor) => Only<long>(tensor, "(long)");

    /// <summary>The only element as a int32 number: <c>(int)loss</c> is <c>loss.Item&lt;int&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator int(Tensor tensor) => Only<int>(tensor, "(int)");

    /// <summary>The only element as a uint8 number: <c>(byte)loss</c> is <c>loss.Item&lt;byte&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator byte(Tensor tensor) => Only<byte>(tensor, "(byte)");

    /// <summary>The only element as a truth value: <c>(bool)loss</c> is <c>loss.Item&lt;bool&gt;()</c>.</summary>
    /// <param name="tensor">A tensor of one element.</param>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public static explicit operator bool(Tensor tensor) => Only<bool>(tensor, "(bool)");

    private static T Only<T>(Tensor tensor, string operation)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Count == 1 ? tensor.Item<T>() : throw Reading.NotOne(tensor, operation);
    }
}
