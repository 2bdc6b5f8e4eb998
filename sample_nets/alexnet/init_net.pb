
alexnet_init&conv1_w"
XavierFill*
shape0`000"conv1_b"ConstantFill*	
shape0`'conv2_w"
XavierFill*
shape0€0000#conv2_b"ConstantFill*

shape0€(conv3_w"
XavierFill*
shape0€0€00#conv3_b"ConstantFill*

shape0€(conv4_w"
XavierFill*
shape0€0À00#conv4_b"ConstantFill*

shape0€(conv5_w"
XavierFill*
shape0€0À00#conv5_b"ConstantFill*

shape0€"fc6_w"
XavierFill*
shape0€ 0€H!fc6_b"ConstantFill*

shape0€ "fc7_w"
XavierFill*
shape0€ 0€ !fc7_b"ConstantFill*

shape0€ "fc8_w"
XavierFill*
shape0è0€ !fc8_b"ConstantFill*

shape0èsimpleBconv1_wBconv1_bBconv2_wBconv2_bBconv3_wBconv3_bBconv4_wBconv4_bBconv5_wBconv5_bBfc6_wBfc6_bBfc7_wBfc7_bBfc8_wBfc8_b