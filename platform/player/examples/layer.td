# Layer c4 of traces/shapes-cnn/epoch0: tensors in C order go into groups, a forward convolution,
# and its result comes back in C order and is compared bit for bit.
set RING     0x1000
set A_PLAIN  0x100000
set W_PLAIN  0x120000
set A        0x200000
set A_LIST   0x280000    # directory of the compressed groups
set W        0x300000
set O        0x400000
set O_PLAIN  0x500000
set O_BYTES  14336

load $A_PLAIN ../../../traces/shapes-cnn/epoch0/c4/A.npy
load $W_PLAIN ../../../traces/shapes-cnn/epoch0/c4/W.npy
fill $O_PLAIN $O_BYTES 0xff

# The ring: 4 descriptors of 256 bytes.
descriptor $RING       OPCODE=FROM_PLAIN VERSION=1 TENSOR=0 RESULT_COMPRESSED=1 SHAPE_N=4 SHAPE_C=36 SHAPE_M=56 SHAPE_H=4 SHAPE_W=4 SHAPE_R=1 SHAPE_S=1 STRIDE_V=1 STRIDE_H=1 DILATION_V=1 DILATION_H=1 GROUPS=1 SOURCE_DATA=$A_PLAIN RESULT_DATA=$A RESULT_DIRECTORY=$A_LIST
descriptor $RING+0x100 OPCODE=FROM_PLAIN VERSION=1 TENSOR=1 SHAPE_N=4 SHAPE_C=36 SHAPE_M=56 SHAPE_H=4 SHAPE_W=4 SHAPE_R=1 SHAPE_S=1 STRIDE_V=1 STRIDE_H=1 DILATION_V=1 DILATION_H=1 GROUPS=1 SOURCE_DATA=$W_PLAIN RESULT_DATA=$W
descriptor $RING+0x200 OPCODE=FORWARD VERSION=1 A_COMPRESSED=1 SHAPE_N=4 SHAPE_C=36 SHAPE_M=56 SHAPE_H=4 SHAPE_W=4 SHAPE_R=1 SHAPE_S=1 STRIDE_V=1 STRIDE_H=1 DILATION_V=1 DILATION_H=1 GROUPS=1 A_DATA=$A A_DIRECTORY=$A_LIST W_DATA=$W RESULT_DATA=$O
descriptor $RING+0x300 OPCODE=TO_PLAIN VERSION=1 INTERRUPT=1 TENSOR=2 SHAPE_N=4 SHAPE_C=36 SHAPE_M=56 SHAPE_H=4 SHAPE_W=4 SHAPE_R=1 SHAPE_S=1 STRIDE_V=1 STRIDE_H=1 DILATION_V=1 DILATION_H=1 GROUPS=1 SOURCE_DATA=$O RESULT_DATA=$O_PLAIN

reset 100ns
expect ID 0x54445348
expect STATUS 1
write IRQ_ENABLE 3         # DONE, ERROR
write RING_BASE_LOW $RING
write RING_SIZE 2          # 2^2 descriptors
write CONTROL 3            # ENABLE, STOP_ON_ERROR
expect_irq 0
write RING_TAIL 4
wait_irq 10ms
expect ERROR_CODE 0
expect RING_HEAD 4
poll STATUS 1 1 10us
expect IRQ_STATUS 1 3
write IRQ_STATUS 0xf
expect_irq 0
expect_mem $O_PLAIN c4_O.npy
write COUNTER_CONTROL 1    # SNAPSHOT
print "steps and clocks of the convolution:"
read COUNTER_STEPS_LOW
read COUNTER_OPERATION_CYCLES_LOW
dump $O_PLAIN $O_BYTES c4_outputs.bin
