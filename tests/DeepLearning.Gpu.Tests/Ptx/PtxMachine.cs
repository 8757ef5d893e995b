using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>
/// Runs the PTX of a kernel: one thread after another up to each barrier, in order or from the last to the first. It computes what the
/// instructions are defined to, and refuses memory that was not allocated; how fast a GPU would be, it does not know.
/// </summary>
internal sealed class PtxMachine
{
    public const ulong SharedBase = 1UL << 60;
    public const ulong LocalBase = 1UL << 61;

    private const int StackBytes = 1 << 14;

    private readonly PtxProgram _program;

    public PtxMachine(string ptx) => _program = PtxProgram.Parse(ptx);

    public PtxMemory Memory { get; } = new();

    public long Steps { get; set; }

    /// <summary>Whether threads run from the last to the first between barriers.</summary>
    public bool Backwards { get; init; }

    public (int X, int Y, int Z) GridSize { get; private set; } = (1, 1, 1);

    public (int X, int Y, int Z) GroupSize { get; private set; } = (1, 1, 1);

    /// <summary>A block with data, as a view of it is passed: its address and the count of elements.</summary>
    public byte[] View<T>(ReadOnlySpan<T> data)
        where T : unmanaged => View(Memory.Put(MemoryMarshal.AsBytes(data)), data.Length);

    public static byte[] View(ulong address, long count)
    {
        byte[] view = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(view, address);
        BinaryPrimitives.WriteInt64LittleEndian(view.AsSpan(8), count);
        return view;
    }

    /// <summary>The elements that a view shows.</summary>
    public T[] Read<T>(byte[] view)
        where T : unmanaged
    {
        int count = (int)BinaryPrimitives.ReadInt64LittleEndian(view.AsSpan(8));
        byte[] bytes = Memory.Get(BinaryPrimitives.ReadUInt64LittleEndian(view), count * Unsafe.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }

    public static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    public void Run(int grid, int group, params byte[][] parameters) => Run((grid, 1, 1), (group, 1, 1), 0, grid, parameters);

    /// <summary>Runs the groups of a range along x, and all along y and z.</summary>
    public void Run((int X, int Y, int Z) grid, (int X, int Y, int Z) group, int first, int end, params byte[][] parameters)
    {
        (GridSize, GroupSize) = (grid, group);
        for (int z = 0; z < grid.Z; z++)
        {
            for (int y = 0; y < grid.Y; y++)
            {
                for (int x = first; x < end; x++)
                {
                    RunGroup((x, y, z), parameters);
                }
            }
        }
    }

    private void RunGroup((int X, int Y, int Z) group, byte[][] parameters)
    {
        PtxFunction entry = _program.Entry;
        byte[] shared = new byte[_program.SharedBytes];
        List<PtxThread> threads = [];
        for (int z = 0; z < GroupSize.Z; z++)
        {
            for (int y = 0; y < GroupSize.Y; y++)
            {
                for (int x = 0; x < GroupSize.X; x++)
                {
                    PtxThread thread = new(this, shared, new byte[_program.UsesLocal ? StackBytes : 0], (x, y, z), group);
                    PtxFrame frame = entry.Enter(thread, 0);
                    for (int i = 0; i < parameters.Length; i++)
                    {
                        (int offset, int size) = entry.Parameters[entry.Formal[i]];
                        if (size != parameters[i].Length)
                        {
                            throw new ArgumentException($"{entry.Formal[i]} has {size} bytes, not {parameters[i].Length}.");
                        }

                        parameters[i].CopyTo(frame.P, offset);
                    }

                    thread.Frame = frame;
                    threads.Add(thread);
                }
            }
        }

        if (parameters.Length != entry.Formal.Count)
        {
            throw new ArgumentException($"The kernel has {entry.Formal.Count} parameters, not {parameters.Length}.");
        }

        if (Backwards)
        {
            threads.Reverse();
        }

        while (threads.Count > 0)
        {
            List<PtxThread> waiting = [];
            foreach (PtxThread[] warp in threads.Chunk(PtxTensorCore.Lanes))
            {
                RunWarp(warp, waiting);
            }

            if (waiting.Count > 0 && waiting.Count < threads.Count)
            {
                throw new InvalidOperationException(
                    $"{waiting.Count} of {threads.Count} threads wait at a barrier that the others passed by.");
            }

            threads = waiting;
        }
    }

    /// <summary>Runs threads to the end or to a barrier, and through what they do together.</summary>
    private void RunWarp(PtxThread[] warp, List<PtxThread> waiting)
    {
        while (warp.Length > 0)
        {
            List<PtxThread> together = [];
            foreach (PtxThread thread in warp)
            {
                if (thread.Frame!.Run())
                {
                    _program.Entry.Leave(thread.Frame);
                }
                else
                {
                    (thread.Frame.Together is null ? waiting : together).Add(thread);
                }
            }

            warp = [.. together.OrderBy(static thread => thread.Lane)];
            if (warp.Length > 0)
            {
                PtxWarpAction action = warp[0].Frame!.Together!;
                if (warp.Length != PtxTensorCore.Lanes || !Array.TrueForAll(warp, thread => thread.Frame!.Together == action))
                {
                    throw new InvalidOperationException($"{warp.Length} threads of a warp are at an instruction of the whole warp.");
                }

                action([.. warp.Select(static thread => thread.Frame!)]);
            }
        }
    }
}
