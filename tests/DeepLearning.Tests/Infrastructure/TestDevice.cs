namespace DeepLearning.Tests.Infrastructure;

/// <summary>
/// Where the tests of operations (recorded cases, sweeps, programs) put what they compute with: the processor, or on a thread inside
/// <see cref="Use"/> another device, which has the same tests to pass.
/// </summary>
internal static class TestDevice
{
    [ThreadStatic]
    private static Device? s_current;

    /// <summary>The device of this thread's tests.</summary>
    public static Device Current => s_current ?? Device.Cpu;

    /// <summary>Runs the tests of this thread on a device until the result is disposed.</summary>
    public static Region Use(Device device) => new(device);

    /// <summary>A tensor on the device of this thread's tests.</summary>
    public static Tensor Here(this Tensor x) => x.To(Current);

    public readonly ref struct Region
    {
        private readonly Device? _previous;

        public Region(Device device) => (_previous, s_current) = (s_current, device);

        public void Dispose() => s_current = _previous;
    }
}
