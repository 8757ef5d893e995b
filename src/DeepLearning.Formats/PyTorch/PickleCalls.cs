using System.Text;

namespace DeepLearning.Formats;

/// <summary>What the few functions do that a pickle may name. Each is written out here; no code of a file or of Python is run.</summary>
/// <param name="input">For messages.</param>
internal sealed class PickleCalls(PickleInput input)
{
    private const int LongestDevice = 32;

    private readonly PickleTensors _tensors = new(input);

    // Dictionaries whose state are entries, by reference.
    private readonly HashSet<object> _namespaces = new(ReferenceEqualityComparer.Instance);
    private NumPyValues? _numPy;

    // What calls may copy, all together: a few bytes of a pickle could otherwise copy the same long list again and again.
    private long _copies = input.Length;

    private NumPyValues NumPy => _numPy ??= new NumPyValues(input, Charge);

    public object Call(object? function, object? given, long at)
    {
        if (function is not PickleGlobal global)
        {
            throw input.Bad(at, $"REDUCE calls {PickleTree.Describe(function)}, which is no function.");
        }

        object?[] arguments = given as object?[] ?? throw input.Bad(at, $"{global.Name} is called without a tuple of arguments.");
        switch (global.Kind)
        {
            case GlobalKind.RebuildTensor or GlobalKind.RebuildTensorV2 or GlobalKind.RebuildTensorV3 or GlobalKind.RebuildParameter
                or GlobalKind.RebuildParameterWithState or GlobalKind.RebuildFromType:
                return _tensors.Call(global, arguments, at);
            case GlobalKind.NumPyType or GlobalKind.NumPyScalar or GlobalKind.NumPyReconstruct or GlobalKind.NumPyBuffer:
                return NumPy.Call(global, arguments, at);
            case GlobalKind.Namespace when arguments.Length == 0:
                return MakeNamespace();
            case GlobalKind.Path when Array.TrueForAll(arguments, static part => part is string):
                return JoinPath(arguments, at);
            case GlobalKind.OrderedDict or GlobalKind.Counter or GlobalKind.Dict when arguments.Length <= 1:
                return MakeDictionary(arguments.Length == 0 ? null : arguments[0], global, at);
            case GlobalKind.DefaultDict when arguments.Length == 0 || (arguments.Length == 1 && arguments[0] is null or PickleGlobal):
                return new PyTorchDictionary();
            case GlobalKind.List when arguments is [] or [List<object?>]:
                return arguments is [List<object?> items] ? new List<object?>(Charged(items, items.Count, at)) : new List<object?>();
            case GlobalKind.Set or GlobalKind.FrozenSet when arguments is [] or [List<object?>]:
                return MakeSet(arguments is [List<object?> members] ? members : [], at);
            case GlobalKind.ByteArray when arguments is [] or [byte[]]:
                return arguments is [byte[] bytes] ? bytes : Array.Empty<byte>();
            case GlobalKind.ByteArray when arguments is [string text, string coding]:
                return Encode(text, coding, at);
            case GlobalKind.Encode when arguments is [string text, string coding]:
                return Encode(text, coding, at);
            case GlobalKind.Size when arguments is [object?[] lengths]:
                return MakeShape(lengths, at);
            case GlobalKind.Device when arguments is [string { Length: < LongestDevice }] or [string { Length: < LongestDevice }, long]:
                return arguments is [string device, long index] ? $"{device}:{index}" : (string)arguments[0]!;
            default:
                throw input.Bad(at, $"{global.Name} is called with {arguments.Length} arguments, which is not known.");
        }
    }

    /// <summary>
    /// An object of one of the few classes that are data alone: what Python would make by its class and then fill. Null for every other
    /// class.
    /// </summary>
    public object? New(PickleGlobal global, object?[] arguments) => (global.Kind, arguments) switch
    {
        (GlobalKind.Namespace, []) => MakeNamespace(),
        (GlobalKind.DictionaryClass, []) => new PyTorchDictionary(),
        (GlobalKind.TextClass, [string text]) => text,
        _ => null,
    };

    /// <summary>Sets the state of an object: the entries of a namespace, the numbers of an array.</summary>
    /// <returns>False when the object has no such state.</returns>
    public bool TryBuild(object? target, object? state, long at)
    {
        switch (target)
        {
            case PyTorchDictionary dictionary when state is PyTorchDictionary entries:
                // Of other dictionaries these are attributes, such as the versions of layers, which nothing here needs.
                if (_namespaces.Contains(dictionary))
                {
                    Charge(entries.Count, at);
                    foreach ((object key, object? value) in entries)
                    {
                        Add(dictionary, key, value, at);
                    }
                }

                return true;
            case NumPyType or NumPyArray:
                return NumPy.TryBuild(target, state, at);
            default:
                return false;
        }
    }

    public HashSet<object> MakeSet(IEnumerable<object?> members, long at)
    {
        HashSet<object> set = new(PickleKeys.Comparer);
        AddTo(set, members, at);
        return set;
    }

    public void AddTo(HashSet<object> set, IEnumerable<object?> members, long at)
    {
        foreach (object? member in members)
        {
            Charge(1, at);
            set.Add(CheckKey(member, at));
        }
    }

    public void Add(PyTorchDictionary dictionary, object? key, object? value, long at)
    {
        if (!dictionary.TryAdd(CheckKey(key, at), value))
        {
            throw input.Bad(at, $"the key {PickleKeys.Format(key!)} occurs twice in a dictionary.");
        }
    }

    private T Charged<T>(T copied, int count, long at)
    {
        Charge(count, at);
        return copied;
    }

    private void Charge(int count, long at)
    {
        _copies -= count;
        if (_copies < 0)
        {
            throw input.Bad(at, "the pickle copies more values than it can hold.");
        }
    }

    private object CheckKey(object? key, long at) => PickleKeys.IsKey(key) ? key! : throw input.Bad(
        at, $"{PickleTree.Describe(key)} is a key of a dictionary or an element of a set; texts, numbers and short tuples of them may be.");

    private PyTorchDictionary MakeDictionary(object? entries, PickleGlobal global, long at)
    {
        PyTorchDictionary dictionary = new();
        switch (entries)
        {
            case null:
                return dictionary;
            case PyTorchDictionary other:
                Charge(other.Count, at);
                foreach ((object key, object? value) in other)
                {
                    Add(dictionary, key, value, at);
                }

                return dictionary;
            case List<object?> pairs:
                Charge(pairs.Count, at);
                foreach (object? pair in pairs)
                {
                    (object? key, object? value) = pair switch
                    {
                        object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                        List<object?> { Count: 2 } list => (list[0], list[1]),
                        _ => throw input.Bad(at, $"{global.Name} is made of something that is no pair."),
                    };
                    Add(dictionary, key, value, at);
                }

                return dictionary;
            default:
                throw input.Bad(at, $"{global.Name} is made of {PickleTree.Describe(entries)}; a dictionary or a list of pairs would fit.");
        }
    }

    private PyTorchDictionary MakeNamespace()
    {
        PyTorchDictionary made = new();
        _namespaces.Add(made);
        return made;
    }

    /// <summary>The text of a path; nothing is opened. The first part may be the root.</summary>
    private string JoinPath(object?[] parts, long at)
    {
        foreach (object? part in parts)
        {
            Charge(((string)part!).Length, at);
        }

        return string.Join('/', parts.Select((part, index) => index == 0 && part is "/" && parts.Length > 1 ? "" : (string)part!));
    }

    private Shape MakeShape(object?[] lengths, long at)
    {
        if (lengths.Length > Elements.MostAxes || !Array.TrueForAll(lengths, static length => length is long and >= 0 and <= int.MaxValue))
        {
            throw input.Bad(at, $"torch.Size is no tuple of {Elements.MostAxes} lengths at most, from 0 to {int.MaxValue}.");
        }

        int[] numbers = Array.ConvertAll(lengths, static length => (int)(long)length!);
        return Elements.Count(numbers, 1) is null
            ? throw input.Bad(at, "torch.Size has more elements than can be counted.")
            : new Shape(numbers);
    }

    /// <summary>Bytes as Python 3 writes them for protocol 2: a text of letters below 256.</summary>
    private byte[] Encode(string text, string coding, long at) =>
        coding is "latin1" or "latin-1" && Charged(text, text.Length, at).All(static letter => letter < 256)
            ? Encoding.Latin1.GetBytes(text)
            : throw input.Bad(at, $"bytes are coded as {FileContext.Quote(coding)}; only latin1 is known.");
}
