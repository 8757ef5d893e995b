using System.Text;

namespace DeepLearning.Formats;

/// <summary>Lists what a group of an HDF5 file holds: names and the addresses of objects (format specification, III and IV.A.2).</summary>
internal static class Hdf5Group
{
    /// <summary>The longest name, and the longest path of names.</summary>
    public const int LongestName = 1024;

    private const int SoftLinkCache = 2;

    public static bool Is(Hdf5Object header) =>
        header.Has(Hdf5Message.SymbolTable) || header.Has(Hdf5Message.LinkInfo) || header.Has(Hdf5Message.Link);

    /// <summary>The members in the file's order: that of the names in old files, in new ones that in which they were made.</summary>
    /// <exception cref="ModelFileException">The group is damaged, or has links that are not followed.</exception>
    public static List<(string Name, long Address)> Members(Hdf5Object header)
    {
        List<(string Name, long Address)> members = [];
        if (header.Find(Hdf5Message.SymbolTable) is { } table)
        {
            long tree = table.Address(), heap = table.Address();
            ReadTree(table.Input, tree, new LocalHeap(table.Input, heap), members);
        }

        foreach (Hdf5Block link in header.All(Hdf5Message.Link))
        {
            members.Add(ReadLink(link));
        }

        if (header.Find(Hdf5Message.LinkInfo) is { } info)
        {
            info.Skip(1);
            info.Skip((info.Byte() & 1) != 0 ? 8 : 0);
            if (info.Address() != Hdf5Input.Undefined)
            {
                throw info.Bad("the links of a group are in a fractal heap, which is not supported; Keras and h5py write such files with "
                    + "libver='latest' alone.");
            }
        }

        HashSet<string> known = [];
        return members.Find(member => !known.Add(member.Name)) is { Name: not null } twice
            ? throw header.All(Hdf5Message.SymbolTable).Concat(header.All(Hdf5Message.Link)).First()
                .Bad($"the name {FileContext.Quote(twice.Name)} occurs twice.")
            : members;
    }

    private static void ReadTree(Hdf5Input input, long address, LocalHeap heap, List<(string Name, long Address)> members)
    {
        // Without recursion, in order: the nodes that are still to be read, the next one on top.
        Stack<long> nodes = new([address]);
        while (nodes.TryPop(out long next))
        {
            Hdf5Block head = input.Read(next, 8, "a node of a group");
            if (head.Take(4).SequenceEqual("SNOD"u8))
            {
                ReadSymbols(input, next, heap, members);
                continue;
            }

            head = input.Read(next, 8 + (2 * input.OffsetSize), "a node of a group");
            head.Expect("TREE"u8);
            int kind = head.Byte();
            head.Skip(1);
            int count = head.UInt16();
            if (kind != 0)
            {
                throw head.Bad($"it is of kind {kind}; that of groups is 0.");
            }

            Hdf5Block body = input.Read(
                next + 8 + (2 * input.OffsetSize), (long)count * (input.LengthSize + input.OffsetSize), "a node of a group");
            long[] children = new long[count];
            for (int i = 0; i < count; i++)
            {
                body.Skip(input.LengthSize);
                children[i] = body.Address();
            }

            foreach (long child in children.Reverse())
            {
                nodes.Push(child);
            }
        }
    }

    private static void ReadSymbols(Hdf5Input input, long address, LocalHeap heap, List<(string Name, long Address)> members)
    {
        Hdf5Block head = input.Read(address, 8, "a node of a group");
        head.Skip(6);
        int count = head.UInt16(), size = (2 * input.OffsetSize) + 24;
        Hdf5Block entries = input.Read(address + 8, (long)count * size, "a node of a group");
        for (int i = 0; i < count; i++)
        {
            string name = heap.Text(entries.Address());
            long target = entries.Address();
            if (entries.UInt32() == SoftLinkCache)
            {
                throw entries.Bad($"{FileContext.Quote(name)} is a symbolic link; links are not followed, and Keras writes none.");
            }

            entries.Skip(20);
            members.Add((name, target));
        }
    }

    private static (string Name, long Address) ReadLink(Hdf5Block link)
    {
        link.Skip(1);
        int flags = link.Byte(), kind = (flags & 8) != 0 ? link.Byte() : 0;
        link.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        long length = link.Number(1 << (flags & 3));
        if (length is < 1 or > LongestName)
        {
            throw link.Bad($"a name of {length} bytes; {LongestName} are the most.");
        }

        string name = Encoding.UTF8.GetString(link.Take((int)length));
        return kind == 0
            ? (name, link.Address())
            : throw link.Bad($"{FileContext.Quote(name)} is {(kind == 1 ? "a symbolic" : "an external")} link; links are not followed, and "
                + "Keras writes none.");
    }

    /// <summary>The names of the members of an old group.</summary>
    private sealed class LocalHeap
    {
        private readonly Hdf5Input _input;
        private readonly byte[] _bytes;
        private readonly long _at;

        public LocalHeap(Hdf5Input input, long address)
        {
            _input = input;
            Hdf5Block head = input.Read(address, 8 + (2L * input.LengthSize) + input.OffsetSize, "the names of a group");
            head.Expect("HEAP"u8);
            head.Skip(4);
            long size = head.Length();
            head.Skip(input.LengthSize);
            _at = head.Address();
            Hdf5Block data = input.Read(_at, size, "the names of a group");
            _bytes = data.Take(data.Left).ToArray();
        }

        public string Text(long offset)
        {
            ReadOnlySpan<byte> rest = offset >= 0 && offset < _bytes.Length
                ? _bytes.AsSpan((int)offset)
                : throw _input.Bad(_at, $"a name stands at {offset} of the {_bytes.Length} bytes of names.");
            int end = rest[..Math.Min(rest.Length, LongestName + 1)].IndexOf((byte)0);
            return end > 0
                ? Encoding.UTF8.GetString(rest[..end])
                : throw _input.Bad(_at + offset, $"a name is empty, does not end, or is longer than {LongestName} bytes.");
        }
    }
}
