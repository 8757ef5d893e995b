using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// Files of PyTorch's <c>torch.save</c> (<c>.pt</c>, <c>.pth</c>, <c>.bin</c>): state dicts, checkpoints, tensors. Both formats are read,
/// that of ZIP archives and the one before PyTorch 1.6. Such a file is a pickle, which is a program that Python runs; here it is read by a
/// reader of its own that knows tensors, dictionaries, lists, numbers and texts and refuses all else by name. No code of a file is ever
/// run.
/// </summary>
/// <remarks>
/// <para>Tensors that share memory in the file share it here. Element types that the library lacks are read as for
/// <see cref="Safetensors"/>: int8, int16 and uint16 into int32, uint32 and uint64 into int64, the 8-bit floats into float32. Complex and
/// quantized tensors are refused by name. What a file claims is checked against its length before anything is allocated.</para>
/// <para>Nothing requires a gradient: a parameter of the file is a tensor like any other.</para>
/// </remarks>
public static class PyTorchFile
{
    private const string StreamName = "PyTorch stream";

    private static readonly string[] _stateKeys =
        ["state_dict", "model_state_dict", "model_state", "model", "module", "network", "net", "weights", "params"];

    /// <summary>Reads what a file holds.</summary>
    /// <remarks>
    /// In the terms of .NET: <c>None</c> is null, a dictionary of any kind <see cref="PyTorchDictionary"/>, a list
    /// <c>List&lt;object?&gt;</c>, a tuple <c>object?[]</c>, a set <c>HashSet&lt;object&gt;</c>, a truth value <see cref="bool"/>, a whole
    /// number <see cref="long"/> or <see cref="System.Numerics.BigInteger"/>, a float <see cref="double"/>, a text <see cref="string"/>,
    /// bytes <c>byte[]</c>, a tensor or parameter <see cref="Tensor"/>, a <c>torch.Size</c> <see cref="Shape"/>, a dtype
    /// <see cref="DType"/>, a device its name.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or holds what is refused.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static object? Load(string path)
    {
        using FileStream stream = FileContext.OpenFile(path);
        return Load(stream, new FileContext(path));
    }

    /// <summary>Reads what a stream holds, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <returns>As <see cref="Load(string)"/>.</returns>
    /// <exception cref="ModelFileException">The bytes are not in the format, or hold what is refused.</exception>
    public static object? Load(Stream stream) => Load(FileContext.Seekable(stream), new FileContext(StreamName));

    /// <summary>Reads what the bytes of a file hold.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>As <see cref="Load(string)"/>.</returns>
    /// <exception cref="ModelFileException">The bytes are not in the format, or hold what is refused.</exception>
    public static object? Load(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Load(new MemoryStream(bytes, writable: false));
    }

    /// <summary>
    /// Reads the tensors of a file as one dictionary, with names as <c>layer.0.weight</c>: keys of dictionaries and places of lists, joined
    /// by dots.
    /// </summary>
    /// <remarks>
    /// A checkpoint often holds more than the model. Without a <paramref name="key"/>, a dictionary of tensors under one of the customary
    /// keys (state_dict, model_state_dict, model_state, model, module, network, net, weights, params) is what is read, and where there is
    /// none of these, every tensor of the file.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="key">Which part of the file, such as <c>model</c>; further keys behind dots. Empty: the whole file.</param>
    /// <exception cref="ModelFileException">As <see cref="Load(string)"/>; or there is no such part, there are several customary keys, or
    /// no tensors.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OrderedDictionary<string, Tensor> LoadTensors(string path, string? key = null)
    {
        using FileStream stream = FileContext.OpenFile(path);
        FileContext file = new(path);
        return new TensorNames(file, stream.Length).Flatten(Load(stream, file), key, _stateKeys);
    }

    /// <summary>Reads the tensors of a stream as one dictionary; see <see cref="LoadTensors(string, string?)"/>.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="key">Which part of the file.</param>
    /// <exception cref="ModelFileException">As <see cref="LoadTensors(string, string?)"/>.</exception>
    public static OrderedDictionary<string, Tensor> LoadTensors(Stream stream, string? key = null)
    {
        Stream seekable = FileContext.Seekable(stream);
        FileContext file = new(StreamName);
        return new TensorNames(file, seekable.Length).Flatten(Load(seekable, file), key, _stateKeys);
    }

    /// <summary>
    /// Writes a file that <c>torch.load(path, weights_only=True)</c> reads; it replaces the one of that name only when all is on the disk.
    /// </summary>
    /// <remarks>
    /// Values are those that <see cref="Load(string)"/> gives, and dictionaries and lists of .NET: an <c>IReadOnlyDictionary&lt;string,
    /// Tensor&gt;</c>, such as <c>model.StateDict()</c>, becomes an ordered dictionary of tensors, other dictionaries a <c>dict</c>,
    /// <c>object[]</c> and value tuples a tuple, other lists and arrays a list. Sets and bytes are refused, since not every version of
    /// PyTorch reads them so. Tensors that share memory share it in the file; what of that memory no tensor covers is not written.
    /// </remarks>
    /// <param name="path">The file, by custom with the ending <c>.pt</c>.</param>
    /// <param name="value">What to write.</param>
    /// <exception cref="ArgumentException">A value has no counterpart in Python, or is nested too deep.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(string path, object? value)
    {
        PyTorchWriter writer = new(value);
        AtomicFile.Write(path, writer.WriteTo);
    }

    /// <summary>Writes to a stream; see <see cref="Save(string, object?)"/>.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="value">What to write.</param>
    /// <exception cref="ArgumentException">A value has no counterpart in Python, or is nested too deep.</exception>
    public static void Save(Stream stream, object? value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        new PyTorchWriter(value).WriteTo(stream);
    }

    /// <summary>As <see cref="LoadTensors(string, string?)"/>; each is read from the stream only when it is looked at.</summary>
    internal static OrderedDictionary<string, Tensor> LoadDeferred(Stream stream, string path, string? key)
    {
        FileContext file = new(path);
        return new TensorNames(file, stream.Length).Flatten(Load(stream, file, isDeferred: true), key, _stateKeys);
    }

    private static object? Load(Stream stream, FileContext file, bool isDeferred = false)
    {
        Span<byte> start = stackalloc byte[4];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (start[..read].SequenceEqual("PK\u0003\u0004"u8))
        {
            return PyTorchArchive.Load(stream, file, isDeferred);
        }

        return read > 0 && start[0] == (byte)PickleOpcode.PROTO
            ? PyTorchLegacy.Load(stream, file, isDeferred)
            : throw file.Bad(null, 0, OtherFormats.Name(start[..read]) is { } other
                ? $"this is {other}, no file of torch.save."
                : "this is no file of torch.save: it is neither a ZIP archive nor a pickle.");
    }
}
