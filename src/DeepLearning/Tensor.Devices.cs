using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The same numbers on another device; this tensor itself when it already is there. Gradients come back.</summary>
    /// <param name="device">The device.</param>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (ReferenceEquals(device, Device))
        {
            return this;
        }

        Tensor result = Allocate(Layout, DType, device);
        Transfer.Run(Detach().Contiguous(), result);
        return Recording.Of(new ToDeviceOperation(Device), result, this);
    }

    /// <summary>The same numbers in another type on another device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="dtype">The element type, as <see cref="To(DType)"/> takes it.</param>
    public Tensor To(Device device, DType dtype) => To(dtype).To(device);
}

file readonly struct ToDeviceOperation(Device from) : IDerivative
{
    public string Name => "ToDevice";

    public void Describe(OperationAttributes attributes)
    {
    }

    public Node CreateNode() => new OperationNode<ToDeviceOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.To(from);
}
