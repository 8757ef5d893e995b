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

    /// <summary>
    /// Moves the elements; the tensor stays the same object, so that whoever holds it follows. Not for a tensor that a pending backward
    /// pass needs: that refuses to run.
    /// </summary>
    internal void MoveTo(Device device)
    {
        if (ReferenceEquals(device, Device))
        {
            return;
        }

        Tensor moved = Detach().To(device);
        moved.Storage.Version = Storage.Version + 1;
        Replace(moved);
        moved.Return();
    }

    /// <summary>
    /// The elements in row-major order in the memory of this process, without a history; the tensor's own memory where they lie there so.
    /// </summary>
    internal Tensor OnHost(DType dtype) => Detach().To(dtype).To(Device.Cpu).Contiguous();

    /// <summary>As <see cref="OnHost(DType)"/>, in the tensor's own type.</summary>
    internal Tensor OnHost() => OnHost(DType);

    /// <summary>Refuses to give out the memory of another device.</summary>
    internal void CheckOnHost(string operation)
    {
        if (!ReferenceEquals(Device, Device.Cpu))
        {
            throw new DeviceException(
                $"{operation}: the elements of the tensor {DType.Name()}{Shape} are on {Device}, where no span reaches; take "
                + ".To(Device.Cpu) first, or a copy by ToArray or CopyTo.");
        }
    }
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
