namespace DeepLearning.Tests.Backends.Reference;

/// <summary>
/// A second device: plain loops over memory that nobody else can reach. It has what a backend must have and nothing more, so that an
/// operation which is right here is right on every device that offers no more.
/// </summary>
internal static class ReferenceDevice
{
    public static Device Instance { get; } = Device.Register("reference", static device => new ReferenceBackend(device));

    /// <summary>Another one, that does the same.</summary>
    public static Device Second { get; } = Device.Register("reference:2", static device => new ReferenceBackend(device));
}

/// <summary>The memory of a <see cref="ReferenceBackend"/>.</summary>
internal sealed class ReferenceStorage(byte[] memory, Device device) : Storage(device)
{
    public override long ByteLength => memory.Length;

    /// <summary>The bytes of a tensor's storage, for the backend of the device that they belong to.</summary>
    public static byte[] Of(Tensor x, Device device) => x.Storage is ReferenceStorage storage && ReferenceEquals(x.Device, device)
        ? storage.Memory
        : throw new DeviceException($"A loop of {device} was given a tensor {x.DType.Name()}{x.Shape} on {x.Device}.");

    private byte[] Memory => memory;

    protected override void Return()
    {
        // Nothing is used again; what reads returned memory reads nonsense at once.
        Array.Fill(memory, (byte)0xA5);
    }
}
