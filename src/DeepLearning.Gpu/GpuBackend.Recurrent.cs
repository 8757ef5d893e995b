using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>
/// Recurrent layers: the product of all inputs, then for each step one with the states and one kernel for the gates. The states are one
/// matrix with a row for each sequence, of which a step writes the rows that it has: the rest keep their last or their first.
/// </content>
internal sealed partial class GpuBackend
{
    public override bool TryRecurrent(RecurrentForward call)
    {
        SequenceSteps steps = call.Steps;
        MatMul(call.X, false, call.InputHidden, true, call.Gates);
        Tensor state = call.LastHidden, sums = Tensor.Allocate([steps.Batch, call.Gates.Size(1)], call.Gates.DType, _device);
        Copy(call.H0, state);
        if (call.LastCell is not null)
        {
            Copy(call.C0!, call.LastCell);
        }

        for (int position = 0; position < steps.Counts.Length; position++)
        {
            int step = steps.StepAt(position, call.Reverse), start = steps.Starts[step], count = steps.Counts[step];
            Tensor part = RowsOf(sums, 0, count), held = RowsOf(state, 0, count);
            MatMul(held, false, call.HiddenHidden, true, part);
            Computed(call.Gates.DType, new RecurrentWork(this, call, part, start, count));
            if (call.Projection is not null)
            {
                Tensor output = RowsOf(call.Output, start, count);
                MatMul(RowsOf(call.Unprojected!, start, count), false, call.Projection, true, output);
                Copy(output, held);
            }
        }

        sums.Return();
        return true;
    }

    public override bool TryRecurrentBackward(RecurrentBackward call)
    {
        SequenceSteps steps = call.Steps;
        int units = call.Gates.Size(1) / call.Kind.Gates(), outputs = call.Output.Size(1);
        bool isGru = call.Kind == RecurrentKind.GRU;
        Tensor? room = call.Projection is null && !isGru
            ? null
            : Tensor.Allocate([steps.Batch, isGru ? outputs : units], call.Gates.DType, _device);
        for (int position = steps.Counts.Length - 1; position >= 0; position--)
        {
            int step = steps.StepAt(position, call.Reverse), start = steps.Starts[step], count = steps.Counts[step];
            Tensor held = RowsOf(call.DHidden, 0, count), given = held;
            if (call.Projection is not null)
            {
                Tensor projected = RowsOf(call.DProjected!, start, count);
                if (call.DOutput is not null)
                {
                    Binary(default(AddOp), RowsOf(call.DOutput, start, count), held, projected);
                }
                else
                {
                    Copy(held, projected);
                }

                given = RowsOf(room!, 0, count);
                MatMul(projected, false, call.Projection, false, given);
            }

            Computed(call.Gates.DType, new RecurrentGradientWork(this, call, given, position, start, count));
            Tensor dgates = RowsOf(call.DGates, start, count);
            if (isGru)
            {
                Tensor part = RowsOf(room!, 0, count);
                long stride = dgates.Layout.Strides[0];
                MatMul(
                    dgates.ViewAs(new Layout([count, 3 * units], [stride, 1], dgates.Layout.Offset + units)), false, call.HiddenHidden,
                    false, part);
                Binary(default(AddOp), part, held, held);
            }
            else
            {
                MatMul(dgates, false, call.HiddenHidden, false, held);
            }

            if (call.Previous is not null)
            {
                (int from, int before) = Before(steps, position, call.Reverse, count);
                CopyRows(call.Output, from, call.Previous, start, before);
                CopyRows(call.H0, before, call.Previous, start + before, count - before);
            }
        }

        room?.Return();
        return true;
    }

    /// <summary>The first row, and the number of rows, that a step has of the one before it; the others begin there.</summary>
    private static (int Start, int Rows) Before(SequenceSteps steps, int position, bool reverse, int count)
    {
        if (position == 0)
        {
            return (0, 0);
        }

        int before = steps.StepAt(position - 1, reverse);
        return (steps.Starts[before], Math.Min(steps.Counts[before], count));
    }

    private void CopyRows(Tensor from, int first, Tensor to, int start, int count)
    {
        if (count > 0)
        {
            Copy(RowsOf(from, first, count), RowsOf(to, start, count));
        }
    }

    /// <summary>Some rows of a matrix, as a view.</summary>
    private static Tensor RowsOf(Tensor x, int start, int count) => x.ViewAs(new Layout(
        [count, x.Size(1)], [x.Layout.Strides[0], x.Layout.Strides[1]], x.Layout.Offset + (start * x.Layout.Strides[0])));

    private readonly struct RecurrentWork(GpuBackend backend, RecurrentForward call, Tensor sums, int start, int count) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int hidden = call.Gates.Size(1) / call.Kind.Gates();
            RecurrentPlaces places = new()
            {
                Rows = count,
                Hidden = hidden,
                Start = start,
                HasBias = call.Bias is null ? 0 : 1,
                HasNewBias = call.NewBias is null ? 0 : 1,
                Keeps = call.Kept is null ? 0 : 1,
                IsProjected = call.Projection is null ? 0 : 1,
            };
            switch (call.Kind)
            {
                case RecurrentKind.Tanh: Simple<TanhOp, TElement, S, R>(places); break;
                case RecurrentKind.Relu: Simple<ReluOp, TElement, S, R>(places); break;
                default:
                    GpuContext context = backend._context;
                    bool isLstm = call.Kind == RecurrentKind.LSTM;
                    Action<
                        ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                        RecurrentPlaces> kernel = isLstm ? RecurrentKernels.Lstm<TElement, S, R> : RecurrentKernels.Gru<TElement, S, R>;
                    Tensor fourth = isLstm ? call.LastCell! : call.NewBias ?? sums;
                    context.Launcher<Action<
                        AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                        ArrayView<S>, ArrayView<S>, RecurrentPlaces>>(kernel)(
                        context.Stream, context.Config((long)count * hidden), backend.View<S>(call.Gates), backend.View<S>(sums),
                        backend.View<S>(call.Bias ?? sums), backend.View<S>(fourth), backend.View<S>(call.Kept ?? sums),
                        backend.View<S>(call.Unprojected ?? call.Output), backend.View<S>(call.LastHidden), places);
                    break;
            }

            GC.KeepAlive(call);
        }

        private void Simple<TOp, TElement, S, R>(RecurrentPlaces places)
            where TOp : struct, IUnaryOp<TOp>
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RecurrentPlaces>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RecurrentPlaces>)
                    RecurrentKernels.Simple<TOp, TElement, S, R>)(
                backend._context.Stream, backend._context.Config(places.Rows * places.Hidden), backend.View<S>(call.Output),
                backend.View<S>(sums), backend.View<S>(call.Bias ?? sums), backend.View<S>(call.LastHidden), places);
    }

    private readonly struct RecurrentGradientWork(
        GpuBackend backend, RecurrentBackward call, Tensor dhidden, int position, int start, int count) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int hidden = call.Gates.Size(1) / call.Kind.Gates();
            (int previous, int rows) = Before(call.Steps, position, call.Reverse, count);
            bool isGiven = call.DOutput is not null && call.Projection is null;
            RecurrentPlaces places = new()
            {
                Rows = count,
                Hidden = hidden,
                Start = start,
                PreviousStart = previous,
                PreviousRows = rows,
                HasDOutput = isGiven ? 1 : 0,
                DOutputStride = isGiven ? call.DOutput!.Layout.Strides[0] : 0,
            };
            GpuContext context = backend._context;
            KernelConfig config = context.Config((long)count * hidden);
            ArrayView<S> doutput = backend.From<S>(isGiven ? call.DOutput! : dhidden);
            switch (call.Kind)
            {
                case RecurrentKind.Tanh: Simple<TanhOp, TElement, S, R>(config, doutput, places); break;
                case RecurrentKind.Relu: Simple<ReluOp, TElement, S, R>(config, doutput, places); break;
                case RecurrentKind.LSTM:
                    context.Launcher<Action<
                        AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                        ArrayView<S>, ArrayView<S>, RecurrentPlaces>>(
                        (Action<
                            ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                            RecurrentPlaces>)RecurrentGradientKernels.Lstm<TElement, S, R>)(
                        context.Stream, config, backend.View<S>(call.Gates), backend.View<S>(call.Kept!), backend.View<S>(call.C0!),
                        doutput, backend.View<S>(dhidden), backend.View<S>(call.DCell!), backend.View<S>(call.DGates), places);
                    break;
                default:
                    context.Launcher<Action<
                        AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                        ArrayView<S>, ArrayView<S>, RecurrentPlaces>>(
                        (Action<
                            ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                            RecurrentPlaces>)RecurrentGradientKernels.Gru<TElement, S, R>)(
                        context.Stream, config, backend.View<S>(call.Gates), backend.View<S>(call.Kept!), backend.View<S>(call.Output),
                        backend.View<S>(call.H0), doutput, backend.View<S>(dhidden), backend.View<S>(call.DGates), places);
                    break;
            }

            GC.KeepAlive(call);
        }

        private void Simple<TOp, TElement, S, R>(KernelConfig config, ArrayView<S> doutput, RecurrentPlaces places)
            where TOp : struct, IUnaryOp<TOp>
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RecurrentPlaces>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, RecurrentPlaces>)
                    RecurrentGradientKernels.Simple<TOp, TElement, S, R>)(
                backend._context.Stream, config, backend.View<S>(call.Output), doutput, backend.View<S>(dhidden),
                backend.View<S>(call.DGates), places);
    }
}
