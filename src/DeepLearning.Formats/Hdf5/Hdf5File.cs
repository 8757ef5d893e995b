namespace DeepLearning.Formats;

/// <summary>
/// A reader of HDF5 files that knows what Keras writes: superblocks of the versions 0 to 3, groups with symbol tables or plain links, data
/// sets in one piece, attributes that are texts. Nothing outside the file is opened, and no link is followed; all else is refused by name.
/// </summary>
internal sealed class Hdf5File
{
    private const int MostNesting = 64;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    private readonly Hdf5Input _input;
    private readonly Hdf5Attributes _attributes = new();

    /// <exception cref="ModelFileException">It is not an HDF5 file, or a damaged one.</exception>
    public Hdf5File(Stream stream, FileContext file)
    {
        _input = new Hdf5Input(stream, file);
        Root = new Hdf5Object(_input, FindRoot());
        if (!Hdf5Group.Is(Root))
        {
            throw _input.Bad(Root.Address, "the root of the file is not a group.");
        }
    }

    public Hdf5Object Root { get; }

    public FileContext File => _input.File;

    /// <summary>
    /// All objects below the root by their paths, in the file's order; each group before its members. A data set that has two names has the
    /// same object.
    /// </summary>
    /// <exception cref="ModelFileException">A group leads back to itself, or is damaged.</exception>
    public OrderedDictionary<string, Hdf5Object> Walk()
    {
        OrderedDictionary<string, Hdf5Object> objects = [];
        Dictionary<long, Hdf5Object> known = new() { [Root.Address] = Root };
        Walk(Root, "", 0, objects, known);
        return objects;
    }

    public Tensor Read(Hdf5Object dataset, string path) => Hdf5Dataset.Read(dataset, path, _attributes);

    /// <summary>The texts of an attribute, null where there is none.</summary>
    public string[]? Texts(Hdf5Object header, string name) => _attributes.Texts(header, name);

    private void Walk(
        Hdf5Object group, string path, int depth, OrderedDictionary<string, Hdf5Object> objects, Dictionary<long, Hdf5Object> known)
    {
        if (depth > MostNesting)
        {
            throw _input.Bad(group.Address, $"groups are nested more than {MostNesting} deep.");
        }

        foreach ((string name, long address) in Hdf5Group.Members(group))
        {
            string full = path.Length == 0 ? name : $"{path}/{name}";
            if (full.Length > Hdf5Group.LongestName)
            {
                throw _input.Bad(group.Address, $"the path {FileContext.Quote(full)} is longer than {Hdf5Group.LongestName} letters.");
            }

            bool isKnown = known.TryGetValue(address, out Hdf5Object? member);
            if (!isKnown)
            {
                member = new Hdf5Object(_input, address);
                known.Add(address, member);
            }

            if (isKnown && Hdf5Group.Is(member!))
            {
                throw _input.Bad(address, $"{FileContext.Quote(full)} is a group that has another name, or that leads back to itself.");
            }

            if (!objects.TryAdd(full, member!))
            {
                throw _input.Bad(address, $"the path {FileContext.Quote(full)} occurs twice.");
            }

            if (Hdf5Group.Is(member!))
            {
                Walk(member!, full, depth + 1, objects, known);
            }
        }
    }

    /// <summary>Reads the superblock; returns the address of the root (format specification, II).</summary>
    private long FindRoot()
    {
        Hdf5Block block = _input.Read(0, Math.Min(_input.Length, 128), "the superblock");
        if (block.Left < 16 || !block.Take(Signature.Length).SequenceEqual(Signature))
        {
            throw _input.File.Bad(null, 0, "this is no HDF5 file: it does not begin with the format's signature.");
        }

        int version = block.Byte();
        switch (version)
        {
            case 0 or 1:
                block.Skip(4);
                ReadSizes(block);
                block.Skip(1 + 4 + 4 + (version == 1 ? 4 : 0));
                CheckBase(block.Address());
                block.Skip(4 * _input.OffsetSize);
                return block.Address();
            case 2 or 3:
                ReadSizes(block);
                block.Skip(1);
                CheckBase(block.Address());
                block.Skip(2 * _input.OffsetSize);
                return block.Address();
            default:
                throw _input.Bad(8, $"this is version {version} of the superblock; 0 to 3 are known.");
        }
    }

    private void ReadSizes(Hdf5Block block)
    {
        (int offsets, int lengths) = (block.Byte(), block.Byte());
        if (offsets is not (4 or 8) || lengths is not (4 or 8))
        {
            throw block.Bad($"addresses of {offsets} and lengths of {lengths} bytes; 4 and 8 are known.");
        }

        (_input.OffsetSize, _input.LengthSize) = (offsets, lengths);
    }

    private void CheckBase(long address)
    {
        if (address != 0)
        {
            throw _input.Bad(0, $"the file begins at {address}, behind something else, which is not supported.");
        }
    }
}
