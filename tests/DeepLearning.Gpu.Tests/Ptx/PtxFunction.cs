namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>What an instruction does to a call in progress; the result is where it goes on, or one of the constants.</summary>
internal delegate int PtxAction(PtxFrame frame);

/// <summary>What an instruction does to the calls of a warp's threads, in order of their lanes.</summary>
internal delegate void PtxWarpAction(PtxFrame[] warp);

/// <summary>An instruction, decoded.</summary>
internal readonly record struct PtxInstruction(PtxAction Run, int Guard, bool Negated);

/// <summary>A function of a PTX program, decoded: its registers are numbers, constants and names of memory among them.</summary>
internal sealed class PtxFunction(string name)
{
    public const int Next = -1;
    public const int Return = -2;
    public const int Barrier = -3;
    public const int Warp = -4;

    private readonly Stack<PtxFrame> _frames = [];

    public string Name => name;

    public List<PtxInstruction> Code { get; } = [];

    public Dictionary<string, int> Registers { get; } = [];

    /// <summary>Registers that hold a value from the beginning.</summary>
    public List<(int Register, ulong Value)> Constants { get; } = [];

    /// <summary>Registers that hold the address of the thread's own memory, by offset.</summary>
    public List<(int Register, int Offset)> Locals { get; } = [];

    /// <summary>Registers that hold what the thread is (%tid.x and so on).</summary>
    public List<(int Register, string Name)> Specials { get; } = [];

    /// <summary>Names in the space of parameters: of this function and of the calls that it makes.</summary>
    public Dictionary<string, (int Offset, int Size)> Parameters { get; } = [];

    public List<string> Formal { get; } = [];

    public string? Result { get; set; }

    public int ParameterBytes { get; set; }

    public int LocalBytes { get; set; }

    public PtxFrame Enter(PtxThread thread, int local)
    {
        PtxFrame frame = _frames.Count > 0 ? _frames.Pop() : new PtxFrame(this, new ulong[Registers.Count], new byte[ParameterBytes]);
        frame.Thread = thread;
        frame.Local = local;
        frame.Position = 0;
        ulong[] r = frame.R;
        foreach ((int register, ulong value) in Constants)
        {
            r[register] = value;
        }

        foreach ((int register, int offset) in Locals)
        {
            r[register] = PtxMachine.LocalBase + (ulong)(local + offset);
        }

        foreach ((int register, string special) in Specials)
        {
            r[register] = thread.Special(special);
        }

        return frame;
    }

    public void Leave(PtxFrame frame) => _frames.Push(frame);
}

/// <summary>A call in progress.</summary>
internal sealed class PtxFrame(PtxFunction function, ulong[] registers, byte[] parameters)
{
    public readonly ulong[] R = registers;
    public readonly byte[] P = parameters;

    public PtxFunction Function => function;

    public PtxThread Thread { get; set; } = null!;

    public int Local { get; set; }

    public int Position { get; set; }

    /// <summary>What the threads of its warp do together next, when it stopped before such an instruction; null at a barrier.</summary>
    public PtxWarpAction? Together { get; set; }

    public float F(int register) => BitConverter.UInt32BitsToSingle((uint)R[register]);

    public double D(int register) => BitConverter.UInt64BitsToDouble(R[register]);

    /// <summary>A float result; the GPU has one NaN.</summary>
    public void F(int register, float value) => R[register] = float.IsNaN(value) ? 0x7fffffff : BitConverter.SingleToUInt32Bits(value);

    public void D(int register, double value) => R[register] = BitConverter.DoubleToUInt64Bits(value);

    /// <summary>Runs to the end (true), or to a barrier or an instruction of the whole warp (false).</summary>
    public bool Run()
    {
        List<PtxInstruction> code = Function.Code;
        int position = Position;
        Together = null;
        while (true)
        {
            PtxInstruction instruction = code[position++];
            Thread.Machine.Steps++;
            if (instruction.Guard >= 0 && (R[instruction.Guard] != 0) == instruction.Negated)
            {
                continue;
            }

            int next = instruction.Run(this);
            if (next == PtxFunction.Next)
            {
                continue;
            }

            if (next >= 0)
            {
                position = next;
                continue;
            }

            Position = position;
            return next == PtxFunction.Return;
        }
    }
}

/// <summary>A thread of a kernel.</summary>
internal sealed class PtxThread(PtxMachine machine, byte[] shared, byte[] stack, (int X, int Y, int Z) index, (int X, int Y, int Z) group)
{
    public PtxMachine Machine => machine;

    public byte[] Shared => shared;

    public byte[] Stack => stack;

    public PtxFrame? Frame { get; set; }

    /// <summary>Its place in its warp, in a group along one axis.</summary>
    public int Lane => index.X % PtxTensorCore.Lanes;

    public ulong Special(string name) => (ulong)(name switch
    {
        "%tid.x" => index.X,
        "%tid.y" => index.Y,
        "%tid.z" => index.Z,
        "%ctaid.x" => group.X,
        "%ctaid.y" => group.Y,
        "%ctaid.z" => group.Z,
        "%ntid.x" => machine.GroupSize.X,
        "%ntid.y" => machine.GroupSize.Y,
        "%ntid.z" => machine.GroupSize.Z,
        "%nctaid.x" => machine.GridSize.X,
        "%nctaid.y" => machine.GridSize.Y,
        "%nctaid.z" => machine.GridSize.Z,
        "%laneid" => index.X % 32,
        _ => throw new NotSupportedException($"The special register {name}."),
    });

    /// <summary>Memory at an address of any space.</summary>
    public Span<byte> At(ulong address, int size)
    {
        if (address >= PtxMachine.SharedBase && (address & (ulong)(size - 1)) != 0)
        {
            throw new InvalidOperationException($"{size} bytes at 0x{address:x} of the group's or the thread's memory are not aligned.");
        }

        return address >= PtxMachine.LocalBase
            ? stack.AsSpan((int)(address - PtxMachine.LocalBase), size)
            : address >= PtxMachine.SharedBase
                ? shared.AsSpan((int)(address - PtxMachine.SharedBase), size)
                : machine.Memory.At(address, size);
    }
}
