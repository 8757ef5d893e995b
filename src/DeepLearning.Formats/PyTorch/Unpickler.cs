namespace DeepLearning.Formats;

/// <summary>
/// Reads pickles of the protocols 2 to 5 into tensors, dictionaries, lists, tuples, sets, numbers and texts. Every other opcode, global and
/// persistent id is refused by name.
/// </summary>
internal sealed class Unpickler
{
    private const int LongestName = 200;
    private const string Advice = "no code of a file is run; save the state_dict() of the model, or tensors, dictionaries, lists, numbers "
        + "and texts";

    private readonly PickleInput _input;
    private readonly PickleCalls _calls;
    private readonly Func<object?[], long, object> _storageOf;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    /// <param name="input">The pickle.</param>
    /// <param name="storageOf">Makes a storage of a persistent id that stands at a place.</param>
    public Unpickler(PickleInput input, Func<object?[], long, object> storageOf)
    {
        _input = input;
        _calls = new PickleCalls(input);
        _storageOf = storageOf;
    }

    /// <summary>Where the opcode stands that is carried out.</summary>
    private long At { get; set; }

    /// <summary>Reads up to and with STOP.</summary>
    /// <exception cref="ModelFileException">The pickle is damaged, or holds what is refused.</exception>
    public object? Load()
    {
        At = _input.Position;
        if (_input.ReadByte() != (byte)PickleOpcode.PROTO)
        {
            throw Bad("this is no pickle of protocol 2 or later: it does not begin with PROTO.");
        }

        int protocol = _input.ReadByte();
        if (protocol is < 2 or > 5)
        {
            throw Bad($"this is a pickle of protocol {protocol}; 2 to 5 are known.");
        }

        while (true)
        {
            At = _input.Position;
            PickleOpcode opcode = (PickleOpcode)_input.ReadByte();
            if (opcode == PickleOpcode.STOP)
            {
                object? result = Pop();
                return _stack.Count == 0 && _marks.Count == 0
                    ? PickleTree.Finish(result, _input)
                    : throw Bad($"the pickle ends with {_stack.Count} values too many.");
            }

            if (!TryScalar(opcode) && !TryContainer(opcode) && !TryMemo(opcode))
            {
                Step(opcode);
            }
        }
    }

    private bool TryScalar(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.NONE:
                return Push(null);
            case PickleOpcode.NEWTRUE:
                return Push(true);
            case PickleOpcode.NEWFALSE:
                return Push(false);
            case PickleOpcode.BININT:
                return Push((long)_input.ReadInt32());
            case PickleOpcode.BININT1:
                return Push((long)_input.ReadByte());
            case PickleOpcode.BININT2:
                return Push((long)_input.ReadUInt16());
            case PickleOpcode.LONG1:
                return Push(_input.ReadInteger(_input.ReadByte()));
            case PickleOpcode.LONG4:
                return Push(_input.ReadInteger(_input.ReadUInt32()));
            case PickleOpcode.BINFLOAT:
                return Push(_input.ReadDouble());
            case PickleOpcode.SHORT_BINUNICODE:
                return Push(_input.ReadText(_input.ReadByte()));
            case PickleOpcode.BINUNICODE:
                return Push(_input.ReadText(_input.ReadUInt32()));
            case PickleOpcode.BINUNICODE8:
                return Push(_input.ReadText(_input.ReadUInt64()));
            case PickleOpcode.SHORT_BINSTRING:
                return Push(_input.ReadLatin1(_input.ReadByte()));
            case PickleOpcode.BINSTRING:
                return Push(_input.ReadLatin1(_input.ReadUInt32()));
            case PickleOpcode.SHORT_BINBYTES:
                return Push(_input.ReadBytes(_input.ReadByte()));
            case PickleOpcode.BINBYTES:
                return Push(_input.ReadBytes(_input.ReadUInt32()));
            case PickleOpcode.BINBYTES8:
            case PickleOpcode.BYTEARRAY8:
                return Push(_input.ReadBytes(_input.ReadUInt64()));
            default:
                return false;
        }
    }

    private bool TryContainer(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.MARK:
                _marks.Add(_stack.Count);
                return true;
            case PickleOpcode.EMPTY_DICT:
                return Push(new PyTorchDictionary());
            case PickleOpcode.EMPTY_LIST:
                return Push(new List<object?>());
            case PickleOpcode.EMPTY_SET:
                return Push(_calls.MakeSet([], At));
            case PickleOpcode.EMPTY_TUPLE:
                return Push(Array.Empty<object?>());
            case PickleOpcode.TUPLE1:
                return Push(PopMany(1));
            case PickleOpcode.TUPLE2:
                return Push(PopMany(2));
            case PickleOpcode.TUPLE3:
                return Push(PopMany(3));
            case PickleOpcode.TUPLE:
                return Push(PopToMark());
            case PickleOpcode.FROZENSET:
                return Push(_calls.MakeSet(PopToMark(), At));
            case PickleOpcode.APPEND:
                Append([Pop()]);
                return true;
            case PickleOpcode.APPENDS:
                Append(PopToMark());
                return true;
            case PickleOpcode.SETITEM:
                SetItems(PopMany(2));
                return true;
            case PickleOpcode.SETITEMS:
                SetItems(PopToMark());
                return true;
            case PickleOpcode.ADDITEMS:
                object?[] members = PopToMark();
                _calls.AddTo(Peek() as HashSet<object> ?? throw Wrong("a set"), members, At);
                return true;
            default:
                return false;
        }
    }

    private bool TryMemo(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.BINPUT:
                _memo[_input.ReadByte()] = Peek();
                return true;
            case PickleOpcode.LONG_BINPUT:
                _memo[_input.ReadUInt32()] = Peek();
                return true;
            case PickleOpcode.MEMOIZE:
                _memo[(uint)_memo.Count] = Peek();
                return true;
            case PickleOpcode.BINGET:
                return Push(Remembered(_input.ReadByte()));
            case PickleOpcode.LONG_BINGET:
                return Push(Remembered(_input.ReadUInt32()));
            case PickleOpcode.FRAME:
                // Frames only say how much to read at once.
                _input.ReadUInt64();
                return true;
            case PickleOpcode.POP:
                if (_marks.Count > 0 && _marks[^1] == _stack.Count)
                {
                    _marks.RemoveAt(_marks.Count - 1);
                }
                else
                {
                    Pop();
                }

                return true;
            case PickleOpcode.POP_MARK:
                PopToMark();
                return true;
            case PickleOpcode.DUP:
                return Push(Peek());
            default:
                return false;
        }
    }

    /// <summary>The opcodes by which Python would look up and call something.</summary>
    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.GLOBAL:
                Push(Find(_input.ReadLine(LongestName), _input.ReadLine(LongestName)));
                break;
            case PickleOpcode.STACK_GLOBAL:
                object?[] names = PopMany(2);
                Push(names is [string module, string name]
                    ? Find(module, name)
                    : throw Bad("STACK_GLOBAL finds no two texts that name a global."));
                break;
            case PickleOpcode.REDUCE:
                object?[] call = PopMany(2);
                Push(_calls.Call(call[0], call[1], At));
                break;
            case PickleOpcode.NEWOBJ:
                object?[] made = PopMany(2);
                PickleGlobal kind = made[0] as PickleGlobal
                    ?? throw Bad($"NEWOBJ makes an object of {PickleTree.Describe(made[0])}, which is no class.");
                Push(_calls.New(kind, made[1] as object?[] ?? [made[1]])
                    ?? throw Bad($"the opcode NEWOBJ is refused: it makes an object of {kind.Name}; {Advice}."));
                break;
            case PickleOpcode.BUILD:
                Build(Pop());
                break;
            case PickleOpcode.BINPERSID:
                object? id = Pop();
                Push(id is object?[] { Length: > 0 } parts && parts[0] is "storage"
                    ? _storageOf(parts, At)
                    : throw Bad($"the persistent id {DescribeId(id)} is no storage; {Advice}."));
                break;
            case PickleOpcode.PROTO:
                throw Bad("PROTO stands inside the pickle.");
            default:
                throw Bad(Enum.IsDefined(opcode)
                    ? $"the opcode {opcode} is refused: {Advice}."
                    : $"0x{(byte)opcode:x2} is no opcode; this is no pickle, or a damaged one.");
        }
    }

    private static string DescribeId(object? id) =>
        id is object?[] { Length: > 0 } parts && parts[0] is string kind ? FileContext.Quote(kind) : $"of {PickleTree.Describe(id)}";

    private PickleGlobal Find(string module, string name) => PickleGlobal.TryFind(module, name, out PickleGlobal? global)
        ? global
        : throw Bad($"the global {FileContext.Quote($"{module}.{name}")} is refused: {Advice}.");

    /// <summary>Attributes, which Python would set.</summary>
    private void Build(object? state)
    {
        if (!_calls.TryBuild(Peek(), state, At))
        {
            throw Bad($"BUILD sets the state of {PickleTree.Describe(Peek())} to {PickleTree.Describe(state)}: {Advice}.");
        }
    }

    private void Append(ReadOnlySpan<object?> items) => (Peek() as List<object?> ?? throw Wrong("a list")).AddRange(items);

    private void SetItems(object?[] items)
    {
        PyTorchDictionary dictionary = Peek() as PyTorchDictionary ?? throw Wrong("a dictionary");
        if (items.Length % 2 != 0)
        {
            throw Bad("a key of a dictionary has no value.");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            _calls.Add(dictionary, items[i], items[i + 1], At);
        }
    }

    private object? Remembered(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Bad($"the memo has nothing at {index}.");

    private bool Push(object? value)
    {
        _stack.Add(value);
        return true;
    }

    private object? Peek() => Floor < _stack.Count ? _stack[^1] : throw Bad("an opcode takes more values than there are.");

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Bad("an opcode takes more values than there are.");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Bad("an opcode takes the values from a mark on, but there is none.");
        }

        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        object?[] values = new object?[_stack.Count - mark];
        _stack.CopyTo(mark, values, 0, values.Length);
        _stack.RemoveRange(mark, values.Length);
        return values;
    }

    /// <summary>Where the values of the last mark begin; no opcode reaches below without taking the mark.</summary>
    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private ModelFileException Wrong(string wanted) => Bad($"items are added to {PickleTree.Describe(Peek())}, which is not {wanted}.");

    private ModelFileException Bad(string problem) => _input.Bad(At, problem);
}
