namespace DeepLearning.DeviceTest;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        Checks a device against the processor and measures it.

          --device NAME    gpu, gpu:1 …, or ilgpu-cpu, which runs the kernels on the processor, slowly and at tiny sizes (gpu)
          --quick          a sample of the formulas, and a short time for each figure
          --checks         checks alone, without the tables
          --out DIR        where results.txt, results.json and the kernels' texts go (gpu-results)
          --python PATH    an interpreter that has torch, to be run on the same GPU
          --peer FILE      torch_workloads.py for it
        """;

    public string Device { get; private init; } = "gpu";

    public bool Quick { get; private init; }

    public bool ChecksAlone { get; private init; }

    public string Out { get; private init; } = "gpu-results";

    public string? Python { get; private init; }

    public string? Peer { get; private init; }

    /// <summary>Whether the device is the debugging one.</summary>
    public bool IsTiny => Device == "ilgpu-cpu";

    /// <exception cref="ArgumentException">An option is unknown, or lacks its value.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{arguments[i - 1]} needs a value.");
            options = arguments[i] switch
            {
                "--device" => options with { Device = Value() },
                "--quick" => options with { Quick = true },
                "--checks" => options with { ChecksAlone = true },
                "--out" => options with { Out = Value() },
                "--python" => options with { Python = Value() },
                "--peer" => options with { Peer = Value() },
                _ => throw new ArgumentException($"Unknown option {arguments[i]}."),
            };
        }

        return options.Python is null == options.Peer is null
            ? options
            : throw new ArgumentException("--python and --peer go together.");
    }

    /// <exception cref="ArgumentException">There is no device of that name.</exception>
    /// <exception cref="DeviceException">There is not such a GPU.</exception>
    public Device Open() => Device switch
    {
        "gpu" => DeepLearning.Device.Gpu(),
        "ilgpu-cpu" => DeepLearning.Device.IlgpuCpu,
        ['g', 'p', 'u', ':', .. string number] when int.TryParse(number, out int index) => DeepLearning.Device.Gpu(index),
        _ => throw new ArgumentException($"There is no device {Device}; it is gpu, gpu:1 … or ilgpu-cpu."),
    };
}
