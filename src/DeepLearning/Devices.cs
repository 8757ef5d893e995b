namespace DeepLearning;

/// <summary>What readers, writers, modules and optimizers ask of a tensor's device.</summary>
internal static class Devices
{
    /// <summary>
    /// Moves the elements; the tensor stays the same object, so that whoever holds it follows. Not for a tensor that a pending backward
    /// pass needs: that refuses to run.
    /// </summary>
    public static void MoveTo(this Tensor x, Device device)
    {
        if (ReferenceEquals(device, x.Device))
        {
            return;
        }

        Tensor moved = x.Detach().To(device);
        moved.Storage.Version = x.Storage.Version + 1;
        x.Replace(moved);
        moved.Return();
    }

    /// <summary>
    /// The elements in row-major order in the memory of this process, without a history; the tensor's own memory where they lie there so.
    /// </summary>
    public static Tensor OnHost(this Tensor x, DType dtype) => x.Detach().To(dtype).To(Device.Cpu).Contiguous();

    /// <summary>As <see cref="OnHost(Tensor, DType)"/>, in the tensor's own type.</summary>
    public static Tensor OnHost(this Tensor x) => x.OnHost(x.DType);

    /// <summary>Refuses to give out the memory of another device.</summary>
    public static void CheckOnHost(this Tensor x, string operation)
    {
        if (!ReferenceEquals(x.Device, Device.Cpu))
        {
            throw new DeviceException(
                $"{operation}: the elements of the tensor {x.DType.Name()}{x.Shape} are on {x.Device}, where no span reaches; take "
                + ".To(Device.Cpu) first, or a copy by ToArray or CopyTo.");
        }
    }
}
