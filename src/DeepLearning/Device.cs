using System.Diagnostics.CodeAnalysis;

namespace DeepLearning;

/// <summary>
/// Where a tensor's elements live and its operations run. The processor is always there (<see cref="Cpu"/>); packages add devices of their
/// own. There is one object for each device, so that devices are compared by reference.
/// </summary>
public sealed class Device
{
    private static readonly Lock s_lock = new();
    private static Device[] s_all = [];

    private readonly Lazy<Backend> _backend;

    private Device(string name, Func<Device, Backend> backend)
    {
        Name = name;
        _backend = new Lazy<Backend>(() => backend(this));
    }

    /// <summary>The processor of this machine.</summary>
    public static Device Cpu { get; } = Register("cpu", static _ => new Backends.Cpu.CpuBackend());

    /// <summary>The devices that are known, the processor first; a package's are known once it was used.</summary>
    public static IReadOnlyList<Device> All => Volatile.Read(ref s_all);

    /// <summary>The device's name, such as <c>cpu</c>.</summary>
    public string Name { get; }

    internal Backend Backend => _backend.Value;

    /// <summary>The device of a name, such as one that a program was given as an option.</summary>
    /// <param name="name">The name; upper and lower case are the same.</param>
    /// <returns>The device.</returns>
    /// <exception cref="DeviceException">There is none; the message lists those there are.</exception>
    public static Device Get(string name) => TryGet(name, out Device? device)
        ? device
        : throw new DeviceException(
            $"There is no device '{name}'; there are {string.Join(", ", All)}. Those of a package are known once the package was used.");

    /// <summary>The device of a name, if there is one.</summary>
    /// <param name="name">The name; upper and lower case are the same.</param>
    /// <param name="device">Receives the device.</param>
    public static bool TryGet(string name, [NotNullWhen(true)] out Device? device)
    {
        ArgumentNullException.ThrowIfNull(name);
        device = Array.Find(Volatile.Read(ref s_all), known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return device is not null;
    }

    /// <summary>Adds a device.</summary>
    /// <param name="name">Its name, which no other has: without spaces, as <c>gpu:0</c>.</param>
    /// <param name="backend">Makes what runs its operations, when it is first needed. Its storages name this device.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">The name is empty, has a space, or is taken.</exception>
    internal static Device Register(string name, Func<Device, Backend> backend)
    {
        if (string.IsNullOrEmpty(name) || name.Any(char.IsWhiteSpace))
        {
            throw new ArgumentException($"Device.Register: '{name}' is not a name; it is one word, such as gpu:0.", nameof(name));
        }

        lock (s_lock)
        {
            if (TryGet(name, out _))
            {
                throw new ArgumentException($"Device.Register: there is already a device '{name}'.", nameof(name));
            }

            Device device = new(name, backend);
            Volatile.Write(ref s_all, [.. s_all, device]);
            return device;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
