using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace DeepLearning.Formats;

/// <summary>Writes values as a pickle of protocol 2, with the opcodes and globals that PyTorch's reader of weights allows.</summary>
internal sealed class Pickler(Stream output, StoragePlan plan)
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The tensors in a value, in the order in which they are written.</summary>
    /// <exception cref="ArgumentException">The value is nested too deep, or contains itself.</exception>
    public static IEnumerable<Tensor> TensorsOf(object? value)
    {
        List<Tensor> tensors = [];
        Collect(value, 0);
        return tensors;

        void Collect(object? node, int depth)
        {
            CheckDepth(depth);
            switch (node)
            {
                case null or string or Shape or byte[]:
                    break;
                case Tensor tensor:
                    tensors.Add(tensor);
                    break;
                default:
                    foreach (object? item in Children(node))
                    {
                        Collect(item, depth + 1);
                    }

                    break;
            }
        }
    }

    public void Write(object? value)
    {
        Put(PickleOpcode.PROTO);
        output.WriteByte(2);
        WriteValue(value, 0);
        Put(PickleOpcode.STOP);
    }

    private static void CheckDepth(int depth)
    {
        if (depth > PickleTree.MostDepth)
        {
            throw new ArgumentException($"The values are nested more than {PickleTree.MostDepth} deep, or one contains itself.");
        }
    }

    private static IEnumerable<object?> Children(object node) => node switch
    {
        IReadOnlyDictionary<string, Tensor> state => state.Values,
        PyTorchDictionary dictionary => dictionary.Values,
        IDictionary dictionary => dictionary.Values.Cast<object?>(),
        ITuple tuple => Items(tuple),
        IList list => list.Cast<object?>(),
        _ => [],
    };

    private static IEnumerable<object?> Items(ITuple tuple)
    {
        for (int i = 0; i < tuple.Length; i++)
        {
            yield return tuple[i];
        }
    }

    // Not by Cast: what a generic dictionary enumerates as plain objects are pairs of its own types.
    private static IEnumerable<(object Key, object? Value)> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return (entry.Key, entry.Value);
        }
    }

    private void WriteValue(object? value, int depth)
    {
        CheckDepth(depth);
        switch (value)
        {
            case null:
                Put(PickleOpcode.NONE);
                break;
            case bool truth:
                Put(truth ? PickleOpcode.NEWTRUE : PickleOpcode.NEWFALSE);
                break;
            case string text:
                WriteText(text);
                break;
            case Tensor tensor:
                WriteTensor(tensor);
                break;
            case DType type:
                WriteGlobal("torch", type.Name());
                break;
            case Shape shape:
                WriteGlobal("torch", "Size");
                WriteTuple([.. shape.Select(static length => (object?)length)], depth);
                Put(PickleOpcode.TUPLE1);
                Put(PickleOpcode.REDUCE);
                break;
            case double or float or Half or BFloat16:
                WriteDouble(value switch { float x => x, Half x => (double)x, BFloat16 x => x, _ => (double)value });
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                WriteInteger(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong whole:
                WriteInteger(whole);
                break;
            case BigInteger whole:
                WriteInteger(whole);
                break;
            default:
                WriteContainer(value, depth);
                break;
        }
    }

    private void WriteContainer(object value, int depth)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, Tensor> state:
                WriteGlobal("collections", "OrderedDict");
                Put(PickleOpcode.EMPTY_TUPLE);
                Put(PickleOpcode.REDUCE);
                WriteItems(state.Select(static entry => ((object)entry.Key, (object?)entry.Value)), depth);
                break;
            case PyTorchDictionary dictionary:
                Put(PickleOpcode.EMPTY_DICT);
                WriteItems(dictionary.Select(static entry => (entry.Key, entry.Value)), depth);
                break;
            case IDictionary dictionary:
                Put(PickleOpcode.EMPTY_DICT);
                WriteItems(Entries(dictionary), depth);
                break;
            case object?[] tuple:
                WriteTuple(tuple, depth);
                break;
            case ITuple tuple:
                WriteTuple([.. Items(tuple)], depth);
                break;
            case IList list and not byte[]:
                Put(PickleOpcode.EMPTY_LIST);
                Put(PickleOpcode.MARK);
                foreach (object? item in list)
                {
                    WriteValue(item, depth + 1);
                }

                Put(PickleOpcode.APPENDS);
                break;
            default:
                throw new ArgumentException($"A value of the type {value.GetType().Name} cannot be written for "
                    + "torch.load(weights_only=True); tensors, dictionaries, lists, arrays of objects (tuples), numbers, "
                    + "texts, truth values, shapes and element types can.");
        }
    }

    private void WriteItems(IEnumerable<(object Key, object? Value)> items, int depth)
    {
        Put(PickleOpcode.MARK);
        foreach ((object key, object? value) in items)
        {
            if (key is not (string or bool or sbyte or byte or short or ushort or int or uint or long or ulong or double or float
                or object?[] or BigInteger))
            {
                throw new ArgumentException($"A key of a dictionary is a {key.GetType().Name}; texts and numbers can be written.");
            }

            WriteValue(key, depth + 1);
            WriteValue(value, depth + 1);
        }

        Put(PickleOpcode.SETITEMS);
    }

    private void WriteTuple(object?[] items, int depth)
    {
        if (items.Length == 0)
        {
            Put(PickleOpcode.EMPTY_TUPLE);
            return;
        }

        Put(PickleOpcode.MARK);
        foreach (object? item in items)
        {
            WriteValue(item, depth + 1);
        }

        Put(PickleOpcode.TUPLE);
    }

    private void WriteTensor(Tensor tensor)
    {
        StoragePlan.Place place = plan.PlaceOf(tensor);
        WriteGlobal("torch._utils", "_rebuild_tensor_v2");
        Put(PickleOpcode.MARK);

        Put(PickleOpcode.MARK);
        WriteText("storage");
        WriteGlobal("torch", StorageOf(tensor.DType));
        WriteText(place.Storage.ToString(CultureInfo.InvariantCulture));
        WriteText("cpu");
        WriteInteger(plan.Storages[place.Storage].Count);
        Put(PickleOpcode.TUPLE);
        Put(PickleOpcode.BINPERSID);

        WriteInteger(place.Offset);
        WriteTuple([.. tensor.Shape.Select(static length => (object?)length)], 0);
        WriteTuple([.. place.Strides.Select(static stride => (object?)stride)], 0);
        Put(PickleOpcode.NEWFALSE);
        WriteGlobal("collections", "OrderedDict");
        Put(PickleOpcode.EMPTY_TUPLE);
        Put(PickleOpcode.REDUCE);

        Put(PickleOpcode.TUPLE);
        Put(PickleOpcode.REDUCE);
    }

    private void WriteText(string text)
    {
        byte[] bytes;
        try
        {
            bytes = _utf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"A text is no valid Unicode: {FileContext.Quote(text)} has half a surrogate pair.", e);
        }

        Put(PickleOpcode.BINUNICODE);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        output.Write(length);
        output.Write(bytes);
    }

    private void WriteInteger(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        if (number >= int.MinValue && number <= int.MaxValue)
        {
            Put(PickleOpcode.BININT);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)number);
            output.Write(bytes);
            return;
        }

        byte[] digits = number.ToByteArray();
        if (digits.Length > byte.MaxValue)
        {
            throw new ArgumentException($"A whole number of {digits.Length} bytes is too long; {byte.MaxValue} are the most.");
        }

        Put(PickleOpcode.LONG1);
        output.WriteByte((byte)digits.Length);
        output.Write(digits);
    }

    private void WriteDouble(double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        Put(PickleOpcode.BINFLOAT);
        output.Write(bytes);
    }

    private void WriteGlobal(string module, string name)
    {
        Put(PickleOpcode.GLOBAL);
        output.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private void Put(PickleOpcode opcode) => output.WriteByte((byte)opcode);

    private static string StorageOf(DType type) => type switch
    {
        DType.Float32 => "FloatStorage",
        DType.Float64 => "DoubleStorage",
        DType.Float16 => "HalfStorage",
        DType.BFloat16 => "BFloat16Storage",
        DType.Int64 => "LongStorage",
        DType.Int32 => "IntStorage",
        DType.UInt8 => "ByteStorage",
        DType.Bool => "BoolStorage",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such element type."),
    };
}
