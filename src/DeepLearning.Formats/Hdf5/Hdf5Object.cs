namespace DeepLearning.Formats;

/// <summary>The kinds of messages in the header of an object that are read; the numbers are the format's.</summary>
internal enum Hdf5Message
{
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    Link = 0x06,
    ExternalFiles = 0x07,
    Layout = 0x08,
    Filters = 0x0B,
    Attribute = 0x0C,
    Continuation = 0x10,
    SymbolTable = 0x11,
    AttributeInfo = 0x15,
}

/// <summary>An object of an HDF5 file, a group or a data set: the messages of its header (format specification, IV.A).</summary>
internal sealed class Hdf5Object
{
    private const int SharedFlag = 2;
    private const int MostMessages = 1 << 16;

    private readonly List<(Hdf5Message Kind, int Flags, byte[] Data, long At)> _messages = [];
    private readonly Hdf5Input _input;

    /// <summary>Reads the header at an address.</summary>
    /// <exception cref="ModelFileException">It is damaged.</exception>
    public Hdf5Object(Hdf5Input input, long address)
    {
        (_input, Address) = (input, address);
        if (input.Read(address, 4, "the header of an object").Byte() == 1)
        {
            ReadFirst();
        }
        else
        {
            ReadSecond();
        }
    }

    public long Address { get; }

    public Hdf5Block? Find(Hdf5Message kind) => All(kind).FirstOrDefault();

    public bool Has(Hdf5Message kind) => _messages.Exists(message => message.Kind == kind);

    public IEnumerable<Hdf5Block> All(Hdf5Message kind)
    {
        foreach ((Hdf5Message found, int flags, byte[] data, long at) in _messages)
        {
            if (found == kind)
            {
                yield return (flags & SharedFlag) == 0
                    ? new Hdf5Block(_input, data, at, $"the {kind} message")
                    : throw _input.Bad(at, $"the {kind} message is shared with other objects, which is not supported; Keras shares none.");
            }
        }
    }

    private void ReadFirst()
    {
        Hdf5Block head = _input.Read(Address, 16, "the header of an object");
        head.Skip(8);
        Queue<(long Start, long Length)> blocks = new([(Address + 16, head.UInt32())]);
        while (blocks.TryDequeue(out (long Start, long Length) next))
        {
            Hdf5Block block = _input.Read(next.Start, next.Length, "the header of an object");
            while (block.Left >= 8)
            {
                Hdf5Message kind = (Hdf5Message)block.UInt16();
                int size = block.UInt16(), flags = block.Byte();
                block.Skip(3);
                Add(kind, flags, block, size, blocks);
            }
        }
    }

    private void ReadSecond()
    {
        Hdf5Block head = _input.Read(Address, Math.Min(40, Math.Max(0, _input.Length - Address)), "the header of an object");
        head.Expect("OHDR"u8);
        if ((int)head.Byte() is not 2 and var version)
        {
            throw head.Bad($"the version {version} is not known.");
        }

        int flags = head.Byte();
        head.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        long size = head.Number(1 << (flags & 3));
        bool isOrdered = (flags & 4) != 0;
        int prefix = isOrdered ? 6 : 4;
        Queue<(long Start, long Length, bool IsFirst)> blocks = new([(Address + head.Position, size, true)]);
        Queue<(long Start, long Length)> more = [];
        while (blocks.TryDequeue(out (long Start, long Length, bool IsFirst) next))
        {
            Hdf5Block block = _input.Read(next.Start, next.Length, "the header of an object");
            if (!next.IsFirst)
            {
                block.Expect("OCHK"u8);
                block = block.Part(block.Left - 4, "the header of an object");
            }

            while (block.Left >= prefix)
            {
                Hdf5Message kind = (Hdf5Message)block.Byte();
                int length = block.UInt16(), own = block.Byte();
                block.Skip(isOrdered ? 2 : 0);
                Add(kind, own, block, length, more);
            }

            while (more.TryDequeue(out (long Start, long Length) found))
            {
                blocks.Enqueue((found.Start, found.Length, false));
            }
        }
    }

    private void Add(Hdf5Message kind, int flags, Hdf5Block block, int size, Queue<(long Start, long Length)> blocks)
    {
        long at = block.At;
        byte[] data = block.Take(size).ToArray();
        if (kind == Hdf5Message.Continuation)
        {
            Hdf5Block place = new(_input, data, at, "the Continuation message");
            blocks.Enqueue((place.Address(), place.Length()));
        }
        else if (Enum.IsDefined(kind))
        {
            _messages.Add((kind, flags, data, at));
        }

        if (_messages.Count > MostMessages)
        {
            throw _input.Bad(at, $"an object has more than {MostMessages} messages.");
        }
    }
}
