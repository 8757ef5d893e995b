using System.Buffers.Binary;

namespace DeepLearning.TensorBoard;

/// <summary>The content of an event file, of this library or of TensorFlow or PyTorch.</summary>
public sealed class EventFile
{
    private EventFile(IReadOnlyList<TensorBoardEvent> events, bool isTruncated) => (Events, IsTruncated) = (events, isTruncated);

    /// <summary>The events in the order in which they were written.</summary>
    public IReadOnlyList<TensorBoardEvent> Events { get; }

    /// <summary>
    /// Whether the file ends within an event, as after a crash or while it is being written; the events before are whole.
    /// </summary>
    public bool IsTruncated { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Events.Count} events{(IsTruncated ? ", the last one cut off" : "")}";

    /// <summary>Reads a file. It may be one that is being written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is a folder, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not an event file, or a checksum does not fit; the message tells where.</exception>
    public static EventFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, not an event file; those of a run are named events.out.tfevents.….");
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        List<TensorBoardEvent> events = [];
        Span<byte> header = stackalloc byte[Records.HeaderSize];
        Span<byte> footer = stackalloc byte[Records.FooterSize];

        // A file that grows meanwhile is read as far as it went at first.
        long length = file.Length, at = 0;
        while (length - at >= Records.HeaderSize)
        {
            file.ReadExactly(header);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(ulong)..]) != Records.Check(header[..sizeof(ulong)]))
            {
                throw new InvalidDataException(
                    events.Count == 0
                        ? $"{path} is not an event file: it does not begin with a length and its checksum."
                        : $"{path}: the length of event {events.Count} at byte {at} does not fit its checksum.");
            }

            long left = length - at - Records.HeaderSize - Records.FooterSize;
            if (left < 0 || size > (ulong)left)
            {
                return new EventFile(events, isTruncated: true);
            }

            if (size > (ulong)Array.MaxLength)
            {
                throw new InvalidDataException($"{path}: event {events.Count} at byte {at} has {size} bytes, more than can be read.");
            }

            byte[] content = new byte[(int)size];
            file.ReadExactly(content);
            file.ReadExactly(footer);
            if (BinaryPrimitives.ReadUInt32LittleEndian(footer) != Records.Check(content))
            {
                throw new InvalidDataException($"{path}: the content of event {events.Count} at byte {at} does not fit its checksum.");
            }

            events.Add(EventParser.Parse(content, $"{path}: event {events.Count} at byte {at}"));
            CheckVersion(events, path);
            at += Records.HeaderSize + content.Length + Records.FooterSize;
        }

        return new EventFile(events, isTruncated: at < length);
    }

    /// <summary>The steps and values of a curve, in the order in which they were written.</summary>
    /// <param name="tag">The curve.</param>
    public IReadOnlyList<(long Step, double Value)> Scalars(string tag) =>
    [
        .. from entry in Events
           from value in entry.Values
           where value.Tag == tag && value.Scalar is not null
           select (entry.Step, value.Scalar ?? double.NaN),
    ];

    private static void CheckVersion(List<TensorBoardEvent> events, string path)
    {
        if (events.Count == 1 && events[0].FileVersion?.StartsWith("brain.Event:", StringComparison.Ordinal) != true)
        {
            throw new InvalidDataException(
                $"{path} is not an event file: it begins with version '{events[0].FileVersion}' instead of '{Fields.Version}'.");
        }
    }
}
